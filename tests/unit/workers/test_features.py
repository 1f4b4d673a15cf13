import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ari_app.domain.agent import PAUSE_REASONS, Agent, AgentState, Reason
from ari_app.domain.errors import Unavailable
from ari_app.domain.pauses import PauseReason, Pauses
from ari_app.domain.pin import Verdict
from ari_app.workers import features
from ari_app.workers.features import Features, login, pause
from tests.fakes.floor import Floor, an_agent
from tests.fakes.studio import FakeStudio
from tests.fakes.telephony import FakeLeg

S, R = AgentState, Reason


class Desk:
    """An agent whose phone dials feature codes."""

    def __init__(self, **member: Any) -> None:
        self.floor = Floor(replace(an_agent(), **member))
        self.floor.roster.pauses = Pauses(
            PauseReason(reason, "", "", str(digit), 600, is_work=False)
            for digit, reason in enumerate((R.BREAK, R.LUNCH), start=1)
        )
        self.studio = FakeStudio()
        self.features = Features(
            self.floor.exchange.open_room, self.floor.roster, self, self.studio
        )
        self._dialled = 0

    async def lock_left(self, agent_id: int) -> timedelta:
        return timedelta()

    async def judge(self, agent_id: int, pin: str, phone: str) -> Verdict:
        if pin == "0":
            raise Unavailable("PostgreSQL")
        return Verdict.RIGHT if pin == "4839" else Verdict.WRONG

    def start(
        self,
        feature: str,
        phone: str = "phone-8001",
        leg: FakeLeg | None = None,
        digit: str = "",
    ) -> FakeLeg:
        self._dialled += 1
        channel = f"feature-{self._dialled}"
        leg = self.floor.exchange.legs.setdefault(channel, leg or FakeLeg(channel))
        self.features.dialled("hotline-0", channel, (feature, phone, digit))
        return leg

    async def dial(self, feature: str, **how: Any) -> Sequence[str]:
        """What the phone heard."""
        leg = self.start(feature, **how)
        await asyncio.sleep(5)
        assert leg.is_gone
        assert self.floor.exchange.open_rooms == 0
        return leg.heard


@pytest.mark.parametrize("state", S)
def test_every_state_has_an_answer_to_login(state: AgentState) -> None:
    assert login(Agent("8001", state))[0] is (S.READY if state is S.LOGGED_OUT else S.LOGGED_OUT)


@pytest.mark.parametrize(
    ("state", "wish"),
    [
        (S.LOGGED_OUT, None),
        (S.READY, (S.PAUSED, R.BREAK)),
        (S.TALKING, (S.PAUSED, R.BREAK)),
        (S.PAUSED, (S.READY, R.BACK)),
        (S.PHONE_LOST, (S.READY, R.PHONE_BACK)),
    ],
)
def test_pause_goes_to_a_break_and_back(state: AgentState, wish: object) -> None:
    assert pause(Agent("8001", state)) == wish


async def test_dialling_login_twice_is_in_and_out() -> None:
    desk = Desk()

    assert await desk.dial("login") == ["zh/agent-logged-in"]
    assert desk.floor.state() is S.READY
    assert await desk.dial("login") == ["zh/agent-logged-out"]
    assert desk.floor.state() is S.LOGGED_OUT


async def test_dialling_pause_twice_is_a_break_and_back() -> None:
    desk = Desk()
    desk.floor.log_in()

    assert await desk.dial("pause") == ["zh/agent-paused", "zh/pause-break"]
    assert desk.floor.state() is S.PAUSED
    assert await desk.dial("pause") == ["zh/agent-ready"]
    assert desk.floor.state() is S.READY


async def test_a_break_asked_for_in_wrap_up_can_be_taken_back() -> None:
    desk = Desk()
    desk.floor.log_in()
    await desk.floor.talk(1)
    assert desk.floor.state() is S.WRAP_UP

    assert await desk.dial("pause") == ["zh/agent-paused", "zh/pause-break"]
    assert desk.floor.seat().agent.next is not None
    assert await desk.dial("pause") == ["zh/agent-ready"]
    await asyncio.sleep(10)

    assert desk.floor.state() is S.READY


async def test_who_is_not_at_work_cannot_pause_and_is_told_so() -> None:
    desk = Desk()

    assert await desk.dial("pause") == ["zh/agent-logged-out"]
    assert desk.floor.state() is S.LOGGED_OUT


async def test_a_phone_of_nobody_is_told_so() -> None:
    assert await Desk().dial("login", phone="phone-9999") == ["zh/agent-not-known"]


async def test_a_lost_phone_that_dials_is_back() -> None:
    desk = Desk()
    desk.floor.log_in()
    desk.floor.roster.move(desk.floor.seat(), S.PHONE_LOST, R.PHONE_GONE)

    assert await desk.dial("pause") == ["zh/agent-ready"]
    assert (desk.floor.state(), desk.floor.seat().agent.reason) == (S.READY, R.PHONE_BACK)


async def test_the_first_offer_comes_when_the_phone_no_longer_listens_to_us() -> None:
    desk = Desk()

    async with desk.floor.waiting():
        leg = desk.start("login")
        await asyncio.sleep(0.5)
        assert desk.floor.exchange.rung == []
        await leg.gone()
        await asyncio.sleep(0.1)
        assert len(desk.floor.exchange.rung) == 1


async def test_the_wish_counts_even_if_the_end_of_the_channel_is_never_seen() -> None:
    class Deaf(FakeLeg):
        async def hang_up(self) -> None:
            self.hung_up = True

    desk = Desk()

    desk.start("login", leg=Deaf("feature"))
    await asyncio.sleep(5)

    assert desk.floor.state() is S.READY


async def test_who_hangs_up_after_the_answer_has_logged_in_all_the_same() -> None:
    desk = Desk()
    leg = FakeLeg()
    leg.vanish_after(0.3)

    await desk.dial("login", leg=leg)

    assert desk.floor.state() is S.READY


async def test_who_hangs_up_before_the_answer_has_changed_nothing() -> None:
    desk = Desk()
    leg = FakeLeg()
    leg.vanish()

    await desk.dial("login", leg=leg)

    assert desk.floor.state() is S.LOGGED_OUT


async def test_logging_in_forgives_what_was_missed() -> None:
    desk = Desk()
    desk.floor.seat().missed = 1

    await desk.dial("login")

    assert desk.floor.seat().missed == 0


async def test_without_asterisk_nothing_changes_and_the_phone_is_released() -> None:
    class Mute(FakeLeg):
        async def play(self, prompts: Sequence[str], language: str, **how: bool) -> None:
            raise Unavailable("Asterisk does not answer")

    desk = Desk()

    await desk.dial("login", leg=Mute())

    assert desk.floor.state() is S.LOGGED_OUT


# ---- with a reason ----


async def test_a_digit_says_why_and_the_phone_says_it_back() -> None:
    desk = Desk()
    desk.floor.log_in()

    assert await desk.dial("pause", digit="2") == ["zh/agent-paused", "zh/pause-lunch"]
    assert desk.floor.seat().agent.reason is R.LUNCH
    assert desk.floor.seat().until is not None


async def test_a_digit_changes_the_reason_and_none_ends_the_pause() -> None:
    desk = Desk()
    desk.floor.log_in()
    desk.floor.pause()

    await desk.dial("pause", digit="2")
    assert (desk.floor.state(), desk.floor.seat().agent.reason) == (S.PAUSED, R.LUNCH)
    assert await desk.dial("pause") == ["zh/agent-ready"]


async def test_a_digit_without_a_reason_changes_nothing_and_is_told_so() -> None:
    desk = Desk()
    desk.floor.log_in()

    assert await desk.dial("pause", digit="9") == ["zh/pause-not-known"]
    assert desk.floor.state() is S.READY


async def test_who_is_not_at_work_has_no_lunch() -> None:
    desk = Desk()

    assert await desk.dial("pause", digit="2") == ["zh/agent-logged-out"]
    assert desk.floor.state() is S.LOGGED_OUT


async def test_a_pause_asked_for_in_a_call_begins_with_its_limit_when_the_work_is_done() -> None:
    desk = Desk()
    desk.floor.log_in()
    async with desk.floor.waiting() as place:
        await place.agent()
        await desk.dial("pause", digit="2")
        assert desk.floor.state() is S.TALKING
    await asyncio.sleep(11)

    seat = desk.floor.seat()
    assert (seat.state, seat.agent.reason) == (S.PAUSED, R.LUNCH)
    assert seat.until is not None


async def test_a_lost_phone_that_dials_a_reason_is_back_and_paused() -> None:
    desk = Desk()
    desk.floor.log_in()
    desk.floor.roster.move(desk.floor.seat(), S.PHONE_LOST, R.PHONE_GONE)

    await desk.dial("pause", digit="2")

    assert (desk.floor.state(), desk.floor.seat().agent.reason) == (S.PAUSED, R.LUNCH)


@pytest.mark.parametrize("reason", PAUSE_REASONS)
def test_every_reason_can_be_said_back(reason: Reason) -> None:
    assert features.SAID[S.PAUSED, reason] == ("agent-paused", f"pause-{reason}")


async def test_a_dialplan_that_knows_no_digits_yet_works_on() -> None:
    desk = Desk()

    desk.features.dialled("hotline-0", "old", ("login", "phone-8001"))
    await asyncio.sleep(5)

    assert desk.floor.state() is S.READY


# ---- with a PIN ----


async def test_the_right_pin_logs_in() -> None:
    desk = Desk(has_pin=True)

    heard = await desk.dial("login", leg=FakeLeg(answers="4839#"))

    assert heard == ["zh/enter-pin", "zh/agent-logged-in"]
    assert desk.floor.state() is S.READY


async def test_three_wrong_pins_change_nothing() -> None:
    desk = Desk(has_pin=True)

    heard = await desk.dial("login", leg=FakeLeg(answers="1#2#3#4839#"))

    assert heard[-1] == "zh/agent-not-logged-in"
    assert desk.floor.state() is S.LOGGED_OUT


async def test_logging_out_and_pausing_ask_for_no_pin() -> None:
    desk = Desk(has_pin=True)
    desk.floor.log_in()

    assert await desk.dial("pause") == ["zh/agent-paused", "zh/pause-break"]
    assert await desk.dial("login") == ["zh/agent-logged-out"]


async def test_while_nobody_can_judge_the_pin_the_agent_hears_so_and_stays_out() -> None:
    desk = Desk(has_pin=True)

    heard = await desk.dial("login", leg=FakeLeg(answers="0#"))

    assert heard[-1] == "zh/service-unavailable"
    assert desk.floor.state() is S.LOGGED_OUT


async def test_who_hangs_up_before_the_pin_is_whole_stays_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk(has_pin=True)
    leg = FakeLeg(answers="48")
    leg.vanish_after(2)

    await desk.dial("login", leg=leg)

    assert desk.floor.state() is S.LOGGED_OUT
    assert "failed" not in caplog.text


@pytest.mark.parametrize("feature", ["", "unheard-of"])
async def test_an_unknown_feature_releases_the_phone(
    feature: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()

    assert await desk.dial(feature) == []
    assert desk.floor.state() is S.LOGGED_OUT
    assert "failed" in caplog.text


async def test_an_editor_records_a_prompt_after_the_pin() -> None:
    desk = Desk(has_pin=True, is_prompt_editor=True)
    leg = FakeLeg("feature-1", answers=[*"4839#", *"101#", "1", "1"])

    heard = desk.start("prompt", leg=leg).heard
    await asyncio.sleep(120)

    assert leg.is_gone
    assert desk.studio.kept == [("welcome", "zh", "agent 8001")]
    assert heard[-1] == "zh/prompt-saved"
    assert desk.floor.state() is S.LOGGED_OUT


@pytest.mark.parametrize("member", [{"has_pin": True}, {"is_prompt_editor": True}, {}])
async def test_nobody_else_records_prompts(member: dict[str, Any]) -> None:
    desk = Desk(**member)

    assert await desk.dial("prompt") == ["zh/prompt-not-allowed"]


async def test_a_wrong_pin_records_nothing() -> None:
    desk = Desk(has_pin=True, is_prompt_editor=True)
    leg = FakeLeg("feature-1", answers=[*"1111#", *"2222#", *"3333#"])

    desk.start("prompt", leg=leg)
    await asyncio.sleep(60)

    assert leg.is_gone
    assert desk.studio.kept == []
