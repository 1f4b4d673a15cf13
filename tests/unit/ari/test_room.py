"""Legs, bridges and events of one call."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ari_app.ari.leg import AriLeg
from ari_app.ari.room import Room
from ari_app.ari.signals import Reconnected
from ari_app.domain.errors import CallerHungUp, NotAnswered, Unavailable
from ari_app.domain.invitation import Invitation
from tests.fakes.ari_server import channel_json
from tests.fakes.clock import NOON
from tests.fakes.lane import AWAY, FakeAri, FakeLane

ORIGINATE = "POST channels"
HANG_UP = "DELETE channels/c-a1"
LOOK = "GET channels/c-a1"
GONE = (404, {"message": "Channel not found"})


class Call:
    """A room with one caller in it, and a phone that can be rung."""

    def __init__(self) -> None:
        self.ari = FakeAri()
        self.room = Room(self.ari, "hotline-0", "c")  # type: ignore[arg-type]
        self.caller = self.room.leg("in-1")

    @property
    def lane(self) -> FakeLane:
        return self.ari.the_lane

    @property
    def asked(self) -> list[str]:
        return self.lane.asked

    def ring(self, seconds: float = 15.0) -> "asyncio.Task[AriLeg]":
        invitation = Invitation(
            endpoint="PJSIP/phone",
            caller_id="13800138000",
            seconds=seconds,
            originator="in-1",
            variables={"CC_CALL": "c"},
        )
        return asyncio.create_task(self.room.ring("c-a1", invitation))

    def tell(self, type_name: str, channel_id: str = "c-a1", **fields: Any) -> None:
        self.ari.tell(type_name, channel=channel_json(channel_id), **fields)

    def after(self, seconds: float, type_name: str, **fields: Any) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, lambda: self.tell(type_name, **fields))


@pytest.fixture
async def call() -> AsyncIterator[Call]:
    call = Call()
    pump = asyncio.create_task(call.room.run())
    yield call
    pump.cancel()
    await asyncio.wait((pump,))


def now() -> float:
    return asyncio.get_running_loop().time()


async def reason_of(ringing: "asyncio.Task[AriLeg]") -> int | None:
    with pytest.raises(NotAnswered) as raised:
        await ringing
    return raised.value.cause


# ---- ringing ----


async def test_a_phone_that_answers_is_a_leg(call: Call) -> None:
    call.after(4, "StasisStart", args=["leg", "c"])

    leg = await call.ring()

    assert (leg.id, leg.is_gone) == ("c-a1", False)
    assert call.lane.bodies[ORIGINATE] == {
        "endpoint": "PJSIP/phone",
        "app": "hotline-0",
        "appArgs": "leg,c",
        "callerId": "13800138000",
        "timeout": 15,
        "variables": {"CC_CALL": "c"},
        "channelId": "c-a1",
        "originator": "in-1",
    }


@pytest.mark.parametrize("said", [{"cause": 16}, {}])  # few phones give a reason in their BYE
async def test_who_hangs_up_a_phone_is_free_before_its_channel_is_gone(
    call: Call, said: dict[str, Any]
) -> None:
    call.after(0.001, "StasisStart", args=["leg", "c"])
    leg = await call.ring()

    call.tell("ChannelHangupRequest", **said)
    await asyncio.wait_for(leg.gone(), 0.1)

    assert leg.cause == 16
    assert leg.ended_at


@pytest.mark.parametrize(("soft", "cause"), [(True, 16), (False, 44)])
async def test_any_other_request_is_no_end_yet(call: Call, soft: bool, cause: int) -> None:
    call.after(0.001, "StasisStart", args=["leg", "c"])
    leg = await call.ring()

    call.tell("ChannelHangupRequest", cause=cause, soft=soft)
    await asyncio.sleep(0.01)

    assert not leg.is_gone


async def test_a_caller_who_hangs_up_is_gone_with_the_channel(call: Call) -> None:
    call.tell("ChannelHangupRequest", channel_id="in-1", cause=16)
    await asyncio.sleep(0.01)

    assert not call.caller.is_gone


async def test_a_phone_that_refuses_says_why(call: Call) -> None:
    call.after(1, "ChannelDestroyed", cause=21, cause_txt="Call Rejected")

    assert await reason_of(call.ring()) == 21
    assert now() == 1.0


async def test_a_phone_nobody_answers_is_given_up_after_asterisk_should_have(call: Call) -> None:
    assert await reason_of(call.ring(seconds=15)) == 16
    assert now() == 20.0
    assert call.asked[-1] == HANG_UP


@pytest.mark.parametrize("reply", [(500, {"error": "Allocation failed"}), (400, None)])
async def test_a_phone_that_cannot_be_called_at_all_is_absent(
    call: Call, reply: tuple[int, object]
) -> None:
    call.lane.reply(ORIGINATE, reply)

    assert await reason_of(call.ring()) == 20
    assert call.asked == [ORIGINATE]


async def test_a_short_break_of_the_connection_delays_the_ringing(call: Call) -> None:
    call.lane.reply(ORIGINATE, AWAY, (200, channel_json("c-a1")))
    call.after(4, "StasisStart", args=["leg", "c"])

    assert await call.ring()


async def test_an_asterisk_that_does_not_answer_says_nothing_about_the_phone(call: Call) -> None:
    call.lane.reply(ORIGINATE, AWAY)

    with pytest.raises(Unavailable):
        await call.ring()


async def test_a_channel_that_exists_already_is_the_one_we_wanted(call: Call) -> None:
    call.lane.reply(ORIGINATE, (409, {"message": "Channel with given unique ID already exists"}))
    call.after(4, "StasisStart", args=["leg", "c"])

    assert await call.ring()


async def test_whoever_stops_waiting_stops_the_ringing(call: Call) -> None:
    ringing = call.ring()
    await asyncio.sleep(3)

    ringing.cancel()
    await asyncio.wait((ringing,))

    assert call.asked == [ORIGINATE, HANG_UP]


async def test_the_ringing_is_stopped_after_the_request_to_ring_not_before(call: Call) -> None:
    ringing = call.ring()
    await asyncio.sleep(0)

    ringing.cancel()
    await asyncio.wait((ringing,))

    assert call.asked == [ORIGINATE, HANG_UP]


async def test_an_agent_who_answers_and_is_gone_at_once_did_not_answer(call: Call) -> None:
    ringing = call.ring()
    await asyncio.sleep(1)

    call.tell("StasisStart", args=["leg", "c"])
    call.tell("StasisEnd")
    call.tell("ChannelDestroyed", cause=16, cause_txt="Normal Clearing")

    assert await reason_of(ringing) == 16


# ---- lost events ----


def reconnect(call: Call) -> None:
    call.ari.router.broadcast(Reconnected(application="hotline-0", timestamp=NOON))


async def test_an_agent_who_answered_while_we_were_away_is_found(call: Call) -> None:
    ringing = call.ring()
    await asyncio.sleep(3)

    reconnect(call)

    assert await ringing
    assert now() == 3.0


async def test_a_phone_that_still_rings_after_a_break_goes_on_ringing(call: Call) -> None:
    call.lane.reply(LOOK, (200, channel_json("c-a1", "Ringing")))
    ringing = call.ring()
    await asyncio.sleep(3)

    reconnect(call)
    await asyncio.sleep(1)

    assert not ringing.done()
    call.tell("StasisStart", args=["leg", "c"])
    assert await ringing


async def test_a_phone_that_gave_up_while_we_were_away_is_noticed(call: Call) -> None:
    call.lane.reply(LOOK, GONE)
    ringing = call.ring()
    await asyncio.sleep(3)

    reconnect(call)

    assert await reason_of(ringing) is None
    assert now() == 3.0


async def test_a_caller_who_hung_up_while_we_were_away_is_noticed(call: Call) -> None:
    call.lane.reply("GET channels/in-1", GONE)

    reconnect(call)

    await asyncio.wait_for(call.caller.gone(), 1)


async def test_an_overflow_of_events_is_a_loss_like_any_other(call: Call) -> None:
    call.lane.reply("GET channels/in-1", GONE)

    for _ in range(1001):
        call.tell("ChannelDtmfReceived", "in-1", digit="1", duration_ms=80)

    await asyncio.wait_for(call.caller.gone(), 1)


async def test_looking_again_survives_another_break(call: Call) -> None:
    call.lane.reply("GET channels/in-1", AWAY, GONE)
    reconnect(call)
    await asyncio.sleep(1)
    assert not call.caller.is_gone

    reconnect(call)

    await asyncio.wait_for(call.caller.gone(), 1)


# ---- events ----


async def test_each_leg_hears_its_own_events(call: Call) -> None:
    other = call.room.leg("c-a1")

    call.tell("StasisEnd", "c-a1")
    await asyncio.sleep(0)

    assert (call.caller.is_gone, other.is_gone) == (False, True)


async def test_events_of_other_calls_are_not_ours(call: Call) -> None:
    call.tell("StasisEnd", "somebody-else")
    await asyncio.sleep(0)

    assert [type(stray).__name__ for stray in call.ari.strays] == ["StasisEnd"]


async def test_a_closed_room_hears_nothing(call: Call) -> None:
    call.room.close()

    call.tell("StasisEnd", "in-1")
    await asyncio.sleep(0)

    assert not call.caller.is_gone
    assert len(call.ari.strays) == 1


# ---- bridges ----


async def test_two_legs_are_joined_in_a_bridge_of_the_given_name(call: Call) -> None:
    await call.room.join("c-talk", (call.caller, call.room.leg("c-a1")))

    assert call.asked == ["POST bridges/c-talk", "POST bridges/c-talk/addChannel"]
    assert call.lane.bodies["POST bridges/c-talk/addChannel"] == {"channel": ["in-1", "c-a1"]}


async def test_whoever_has_talked_before_is_joined_through_linear_pcm(call: Call) -> None:
    await call.room.join("c-talk", (call.caller,), mixed=True)

    assert call.lane.bodies["POST bridges/c-talk"]["type"] == "mixing,video_sfu"


async def test_who_stays_is_out_of_a_bridge_before_it_is_closed(call: Call) -> None:
    await call.room.close_bridge("c-talk", call.caller)

    assert call.asked == ["POST bridges/c-talk/removeChannel", "DELETE bridges/c-talk"]
    assert call.lane.bodies["POST bridges/c-talk/removeChannel"] == {"channel": "in-1"}


async def test_joining_again_is_no_error(call: Call) -> None:
    call.lane.reply("POST bridges/c-talk", (409, {"message": "Bridge exists"}))

    await call.room.join("c-talk", (call.caller,))


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_whoever_is_gone_cannot_be_joined_and_is_noticed(call: Call, status: int) -> None:
    agent = call.room.leg("c-a1")
    call.lane.reply("POST bridges/c-talk/addChannel", (status, {"message": "not in Stasis"}))
    call.lane.reply(LOOK, GONE)

    with pytest.raises(CallerHungUp):
        await call.room.join("c-talk", (call.caller, agent))
    assert (call.caller.is_gone, agent.is_gone) == (False, True)


async def test_a_short_break_does_not_keep_two_from_talking(call: Call) -> None:
    call.lane.reply("POST bridges/c-talk/addChannel", AWAY, (204, None))

    await call.room.join("c-talk", (call.caller,))

    assert call.asked.count("POST bridges/c-talk/addChannel") == 2


async def test_no_two_lives_of_an_engine_give_two_playbacks_one_id() -> None:
    asked = []
    for life in (7, 8):
        ari = FakeAri()
        room = Room(ari, "hotline-0", "c", life=life)  # type: ignore[arg-type]
        room.leg("in-1").begin(("a",), "zh")
        await asyncio.sleep(0)
        asked += ari.the_lane.asked

    assert asked == ["POST channels/in-1/play/in-1-p57",
                     "POST channels/in-1/play/in-1-p65"]  # fmt: skip


@pytest.mark.parametrize("reply", [(404, None), (422, None), (500, None), AWAY])
async def test_closing_never_raises(call: Call, reply: tuple[int, object]) -> None:
    call.lane.reply("DELETE bridges/c-talk", reply)

    await call.room.close_bridge("c-talk", call.caller)
