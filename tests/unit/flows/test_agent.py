"""One agent by number: rung, waited for while busy, and what follows when it comes to nothing."""

import asyncio

import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.domain.facts import CallPlaced, Happened, Outcome, PlaceKind
from ari_app.domain.flow import Agent
from ari_app.domain.transfer import Refusal, Transfer
from ari_app.flows.active import MOST_KEYS
from ari_app.flows.agent import ask_for_agent, resume
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import OUT_OF_ORDER, FakeLeg, FakeLine

NODE = Agent(
    agent="{number}",
    patience_seconds=20,
    keys={"0": "orders"},
    talked="bye",
    busy="orders",
    no_answer="orders",
    away="orders",
)


class Asking:
    """A caller who keyed 8002 asks for that agent, who talks for a minute."""

    def __init__(self, number: str = "8002", cause: int = 16) -> None:
        self.caller = FakeLeg()
        self.line = FakeLine(agent_after=5, talks_for=60, cause=cause)
        self.call = active_call(self.caller, self.line)
        self.call.keep("number", number)

    async def exit(self, node: Agent = NODE) -> str:
        return await ask_for_agent(self.call, node)


@pytest.fixture
async def asking() -> Asking:
    return Asking()


async def test_the_agent_is_rung_and_talks(asking: Asking) -> None:
    assert await asking.exit() == "talked"

    assert asking.line.transfers == [Transfer(None, 8002, "")]
    assert asking.caller.heard == ["zh/please-hold-connecting"]
    assert asking.caller.music is False
    assert asking.call.outcome is Outcome.TALKED
    assert journal_of(asking.call).story() == ["joined 8002"]


async def test_a_talk_is_saved_so_that_it_is_found_again(asking: Asking) -> None:
    await asking.exit()

    placed = journal_of(asking.call).of(CallPlaced)[-1]
    assert (placed.kind, placed.state["agent"], placed.state["queue"]) == (
        PlaceKind.TALK,
        8002,
        "",
    )


@pytest.mark.parametrize(
    ("refusal", "exit"),
    [
        (Refusal.NOT_AT_WORK, "away"),
        (Refusal.PHONE_LOST, "away"),
        (Refusal.UNKNOWN, "unknown"),
    ],
)
async def test_who_cannot_be_rung_at_all_is_not_waited_for(
    asking: Asking, refusal: Refusal, exit: str
) -> None:
    asking.line.refusal = refusal

    assert await asking.exit() == exit
    assert (asking.line.transfers, asking.caller.heard) == ([], [])


@pytest.mark.parametrize("number", ["", "12", "1234567", "10a1", "*45"])
async def test_what_is_no_number_of_an_agent_is_unknown(number: str) -> None:
    asking = Asking(number)

    assert await asking.exit() == "unknown"
    assert asking.call.facts.named_agent is None


async def test_who_is_busy_is_waited_for_with_a_word_and_music(asking: Asking) -> None:
    asking.line.refusal, asking.line.busy_for = Refusal.BUSY, 15
    asking_for = asyncio.create_task(asking.exit())

    await asyncio.sleep(10)
    assert asking.caller.heard == ["zh/agent-busy-please-hold"]
    assert asking.caller.music
    assert await asking_for == "talked"


async def test_patience_ends_and_is_not_spent_twice(asking: Asking) -> None:
    asking.line.refusal, asking.line.busy_for = Refusal.BUSY, 60

    assert await asking.exit() == "busy"
    assert asking.call.facts.named_agent is None
    assert asking.caller.music is False


async def test_without_patience_the_line_that_follows_waits_for_the_agent(
    asking: Asking,
) -> None:
    asking.line.refusal = Refusal.BUSY
    hasty = Agent(agent="8002", patience_seconds=0, talked="", busy="", no_answer="", away="")

    assert await asking.exit(hasty) == "busy"
    assert asking.line.transfers == []
    assert asking.call.facts.named_agent == 8002


async def test_who_does_not_answer_is_left_by_an_exit_of_its_own(asking: Asking) -> None:
    asking.line.colleague_answers = False

    assert await asking.exit() == "no_answer"
    assert asking.caller.music is False


async def test_a_key_leads_out_while_the_phone_rings(asking: Asking) -> None:
    asking.caller.press_after(1, "7")
    asking.caller.press_after(2, "0")

    assert await asking.exit() == "0"
    assert asking.line.agents == []


async def test_a_key_storm_does_not_fill_the_timeline(asking: Asking) -> None:
    asking.line.refusal, asking.line.busy_for = Refusal.BUSY, 15
    for key in range(1000):
        asking.caller.press_after(key / 50, "7")

    assert await asking.exit() == "talked"

    keys = [one for one in journal_of(asking.call).of(Happened) if one.type == "key_pressed"]
    assert len(keys) == MOST_KEYS
    assert asking.call.keys > MOST_KEYS


async def test_a_phone_that_vanishes_in_the_talk_leads_out_by_lost() -> None:
    asking = Asking(cause=OUT_OF_ORDER)

    assert await asking.exit() == "lost"
    assert asking.line.left == ["agent lost"]
    assert asking.caller.heard[-1] == "zh/call-interrupted-requeue"


async def test_the_agent_may_pass_the_caller_on(asking: Asking) -> None:
    def once(leg: FakeLeg) -> None:
        if leg.id == "agent-1":
            leg.refer_after(10, "8003")

    asking.line.on_answer = once

    assert await asking.exit() == "talked"
    assert asking.line.transfers == [Transfer(None, 8002, ""), Transfer(8002, 8003, "")]


async def test_a_caller_who_hangs_up_ends_the_ringing(asking: Asking) -> None:
    asking.caller.vanish_after(2)

    with pytest.raises(CallerHungUp):
        await asking.exit()
    assert asking.line.agents == []


async def test_a_talk_goes_on_after_a_restart(asking: Asking) -> None:
    state = {"agent": 8002, "leg": "call-a1", "bridge": "call-talk", "queue": ""}
    leg = asking.call.room.leg("call-a1")
    assert isinstance(leg, FakeLeg)
    leg.vanish_after(30)

    assert await resume(asking.call, NODE, PlaceKind.TALK, state) == "talked"
    assert asking.line.talks == [(8002, "call-a1")]
    assert asking.line.transfers == []


async def test_whoever_was_rung_is_rung_again_after_a_restart(asking: Asking) -> None:
    assert await resume(asking.call, NODE, PlaceKind.FLOW, {}) == "talked"
    assert asking.line.transfers == [Transfer(None, 8002, "")]
