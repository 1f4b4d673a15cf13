import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.domain.facts import CallPlaced, EndReason, Outcome
from ari_app.flows import talk as flow
from ari_app.flows.active import ActiveCall
from ari_app.flows.talk import TalkEnd, TalkResult
from ari_app.ports import Reached
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import PROMPT_SECONDS, FakeLeg, FakeLine, FakeRoom


async def talk(call: ActiveCall, reached: Reached) -> TalkResult:
    async with AsyncExitStack() as after:
        return await flow.talk(call, reached, after, "orders")


async def go_on_talking(call: ActiveCall, reached: Reached) -> TalkResult:
    async with AsyncExitStack() as after:
        return await flow.go_on_talking(call, reached, after)


async def test_the_talk_lasts_until_the_agent_hangs_up() -> None:
    room, agent = FakeRoom(), FakeLeg("agent")
    agent.vanish_after(600)
    call = active_call(FakeLeg(), room=room)

    assert await talk(call, Reached(8001, agent)) is TalkEnd.AGENT_HUNG_UP
    assert call.clock.monotonic() == 600
    assert (call.outcome, call.end_reason) == (Outcome.TALKED, EndReason.AGENT_HUNG_UP)
    assert room.exchange.bridges == {}


async def test_both_are_in_the_bridge() -> None:
    room, agent = FakeRoom(), FakeLeg("agent")
    call = active_call(FakeLeg(), room=room, language="en")

    talking = asyncio.create_task(talk(call, Reached(8012, agent)))
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)

    assert room.exchange.bridges == {f"{call.facts.id}-talk": ("caller", "agent")}
    assert journal_of(call).story() == ["joined 8012"]
    assert agent.heard == []
    agent.vanish()
    await talking


async def test_where_the_queue_says_so_both_hear_the_number_of_the_agent_before() -> None:
    caller, agent, line = FakeLeg(), FakeLeg("agent"), FakeLine(agent_after=1)
    line.patience = replace(line.patience, says_agent_number=True)
    call = active_call(caller, line, language="en")

    talking = asyncio.create_task(talk(call, Reached(8012, agent)))
    await asyncio.sleep(PROMPT_SECONDS * 5.5)
    joined_early = journal_of(call).story()
    await asyncio.sleep(PROMPT_SECONDS)

    assert caller.heard[0] == "en/connected-to-agent-number"
    assert agent.heard == caller.heard
    assert (joined_early, journal_of(call).story()) == ([], ["joined 8012"])
    agent.vanish()
    await talking


async def test_an_agent_who_hangs_up_while_the_number_is_said_has_not_talked() -> None:
    agent, line = FakeLeg("agent"), FakeLine(agent_after=1)
    line.patience = replace(line.patience, says_agent_number=True)
    agent.vanish_after(1.5)
    call = active_call(FakeLeg(), line)

    assert await talk(call, Reached(8012, agent)) is TalkEnd.NEVER_JOINED


async def test_nobody_is_joined_before_the_talk_is_safely_on_record() -> None:
    room, agent = FakeRoom(), FakeLeg("agent")
    call = active_call(FakeLeg(), room=room)
    journal_of(call).seconds = 0.5

    talking = asyncio.create_task(talk(call, Reached(8001, agent)))
    await asyncio.sleep(0.4)
    parted = dict(room.exchange.bridges)
    await asyncio.sleep(0.2)

    assert (parted, len(room.exchange.bridges)) == ({}, 1)
    agent.vanish()
    await talking


async def test_only_a_second_talk_of_a_caller_is_mixed() -> None:
    room = FakeRoom()
    call = active_call(FakeLeg(), room=room)

    for number in (1, 2):
        agent = FakeLeg(f"agent {number}")
        agent.vanish_after(60)
        await talk(call, Reached(8000 + number, agent))

    assert room.exchange.mixed == [False, True]


async def test_the_bridge_is_closed_when_the_caller_hangs_up() -> None:
    room = FakeRoom()
    talking = asyncio.create_task(
        talk(active_call(FakeLeg(), room=room), Reached(8001, FakeLeg("agent")))
    )
    await asyncio.sleep(60)

    talking.cancel()
    await asyncio.wait((talking,))

    assert room.exchange.bridges == {}


async def test_an_agent_who_is_gone_before_the_talk_has_not_talked() -> None:
    agent = FakeLeg("agent")
    agent.vanish()
    call = active_call(FakeLeg())

    assert await talk(call, Reached(8001, agent)) is TalkEnd.NEVER_JOINED
    assert call.outcome is not Outcome.TALKED


async def test_a_caller_who_is_gone_before_the_talk_ends_the_flow() -> None:
    leg = FakeLeg()
    leg.vanish()

    with pytest.raises(CallerHungUp):
        await talk(active_call(leg), Reached(8001, FakeLeg("agent")))


async def test_a_restarted_process_can_find_the_bridge_and_the_agent() -> None:
    call = active_call(FakeLeg())

    flow.found_each_other(call, "orders", Reached(8001, FakeLeg("agent")))

    placed = journal_of(call).the(CallPlaced)
    assert (placed.state["bridge"], placed.state["leg"]) == (f"{call.facts.id}-talk", "agent")


@pytest.mark.parametrize("cause", [27, 41])
async def test_an_agent_whose_phone_vanished_did_not_hang_up(cause: int) -> None:
    agent = FakeLeg("agent")
    agent.vanish_after(60, cause)
    call = active_call(FakeLeg())

    assert await talk(call, Reached(8001, agent)) is TalkEnd.AGENT_LOST
    assert (call.outcome, call.end_reason) == (Outcome.TALKED, EndReason.CALLER_HUNG_UP)


async def test_a_talk_found_again_goes_on_without_a_word() -> None:
    room, agent = FakeRoom(), FakeLeg("agent")
    agent.vanish_after(60)
    call = active_call(FakeLeg(), room=room)

    assert await go_on_talking(call, Reached(8001, agent)) is TalkEnd.AGENT_HUNG_UP
    assert (agent.heard, call.leg.heard) == ([], [])  # type: ignore[attr-defined]
    assert call.outcome is Outcome.TALKED
    assert room.exchange.bridges == {}
    assert agent.declined_unheard


async def test_a_talk_found_again_without_the_agent_is_none() -> None:
    agent = FakeLeg("agent")
    agent.vanish()

    assert await go_on_talking(active_call(FakeLeg()), Reached(8001, agent)) is (
        TalkEnd.NEVER_JOINED
    )
