"""Callers passed on from agent to agent, and what is left of it when something fails."""

import asyncio

import pytest

from ari_app.domain.attempt import AttemptOutcome
from ari_app.domain.errors import NotReached
from ari_app.domain.facts import CallPlaced, Happened, Outcome, PlaceKind
from ari_app.domain.flow import Queue
from ari_app.domain.transfer import Refusal, Transfer
from ari_app.flows.active import ActiveCall, Consult
from ari_app.flows.queue import resume, wait_and_talk
from ari_app.flows.talk import LETS_GO_WITHIN
from ari_app.ports import Reached
from tests.fakes.calls import active_call, journal_of
from tests.fakes.outside import FakeOutsideLine
from tests.fakes.telephony import FakeLeg, FakeLine

NODE = Queue(queue="orders", talked="bye", timeout="bye", nobody="bye")


class Talking:
    """A caller who talks to agent 8001, on leg `agent-1`, for ten seconds until it does `next`."""

    def __init__(self, **line: float) -> None:
        self.caller = FakeLeg()
        self.line = FakeLine(agent_after=5, **line)  # type: ignore[arg-type]
        self.call = active_call(self.caller, self.line)

    def first_refers(self, to: str, replaces: str | None = None) -> None:
        def once(leg: FakeLeg) -> None:
            if leg.id == "agent-1":
                leg.refer_after(10, to, replaces)
            else:
                leg.vanish_after(60)

        self.line.on_answer = once

    @property
    def first(self) -> FakeLeg:
        return self.line.agents[0]

    def how(self) -> list[dict[str, object]]:
        return [
            event.detail
            for event in journal_of(self.call).of(Happened)
            if event.type == "transferred"
        ]


@pytest.fixture
async def talking() -> Talking:
    return Talking()


async def test_a_blind_transfer_frees_the_first_agent_and_rings_the_second(
    talking: Talking,
) -> None:
    talking.first_refers("8002")

    assert await wait_and_talk(talking.call, NODE) == "talked"

    assert talking.first.transfers_answered == [True]
    assert talking.line.transfers == [Transfer(8001, 8002, "orders")]
    assert talking.how() == [{"by": 8001, "agent": 8002, "how": "blind"}]
    assert talking.call.room.exchange.mixed == [False, True]  # type: ignore[attr-defined]
    assert talking.caller.music is False


async def test_where_the_caller_goes_is_saved_before_the_first_agent_is_let_go(
    talking: Talking,
) -> None:
    talking.first_refers("8002")
    journal_of(talking.call).seconds = 1

    serving = asyncio.create_task(wait_and_talk(talking.call, NODE))
    await asyncio.sleep(5 + 10 + 0.5)

    placed = journal_of(talking.call).of(CallPlaced)[-1]
    assert (placed.kind, placed.state["to"]) == (PlaceKind.TRANSFER, 8002)
    assert talking.first.transfers_answered == []
    assert await serving == "talked"


async def test_who_is_not_reached_costs_the_caller_a_word_and_the_head_of_the_line(
    talking: Talking,
) -> None:
    talking.first_refers("8002")
    talking.line.colleague_answers = False

    assert await wait_and_talk(talking.call, NODE) == "talked"

    assert "zh/colleague-not-reached" in talking.caller.heard
    assert talking.line.restored[-1] == {"since": talking.call.facts.arrived_at.isoformat()}


@pytest.mark.parametrize("to", ["8002", "999999999", "*45", ""])
async def test_a_refused_transfer_leaves_the_talk_as_it_was(talking: Talking, to: str) -> None:
    talking.first_refers(to)
    talking.line.refusal = Refusal.NOT_AT_WORK

    serving = asyncio.create_task(wait_and_talk(talking.call, NODE))
    await asyncio.sleep(60)

    assert talking.first.transfers_answered == [False]
    assert not talking.first.is_gone
    assert talking.line.transfers == []
    talking.first.vanish()
    assert await serving == "talked"


async def test_a_phone_that_hangs_up_before_it_hears_of_the_refusal_does_not_end_the_call(
    talking: Talking,
) -> None:
    talking.first_refers("8002")
    talking.line.refusal = Refusal.BUSY

    serving = asyncio.create_task(wait_and_talk(talking.call, NODE))
    await asyncio.sleep(5 + 10 + LETS_GO_WITHIN / 2)
    talking.first.vanish()
    await asyncio.sleep(10)

    assert len(talking.line.restored) == 2, "in the line again"
    talking.line.agents[-1].vanish()
    assert await serving == "talked"


async def test_a_phone_that_hangs_up_with_its_wish_is_understood(talking: Talking) -> None:
    def both_at_once(leg: FakeLeg) -> None:
        if leg.id == "agent-1":
            leg.refer_after(10, "8002")
        leg.vanish_after(10)

    talking.line.on_answer = both_at_once

    assert await wait_and_talk(talking.call, NODE) == "talked"
    assert talking.line.transfers == [Transfer(8001, 8002, "orders")]


# ---- attended ----


def asks(call: ActiveCall, colleague: FakeLeg) -> Consult:
    call.consult = Consult(FakeLeg("second-channel"), Reached(8002, colleague))
    return call.consult


async def test_the_colleague_who_was_asked_takes_the_caller(talking: Talking) -> None:
    colleague = FakeLeg("a2")
    consult = asks(talking.call, colleague)
    talking.first_refers("", "second-channel")

    serving = asyncio.create_task(wait_and_talk(talking.call, NODE))
    await asyncio.sleep(30)

    assert consult.taken.is_set()
    assert talking.first.transfers_answered == [True]
    assert talking.first.hung_up
    assert talking.call.room.exchange.bridges == {"a2-talk": ("caller", "a2")}  # type: ignore[attr-defined]
    assert talking.line.talks == [(8002, "a2")]
    colleague.vanish()
    assert await serving == "talked"
    assert talking.call.outcome is Outcome.TALKED


async def test_a_phone_may_ask_on_its_other_channel(talking: Talking) -> None:
    colleague = FakeLeg("a2")
    consult = asks(talking.call, colleague)

    serving = asyncio.create_task(wait_and_talk(talking.call, NODE))
    await asyncio.sleep(15)
    talking.call.hand_over.set()
    await asyncio.sleep(1)

    assert isinstance(consult.own, FakeLeg)
    assert consult.own.transfers_answered == [True]
    assert talking.first.hung_up
    colleague.vanish()
    assert await serving == "talked"


@pytest.mark.parametrize("replaces", ["", "somebody-elses"])
async def test_a_call_that_is_none_with_a_colleague_is_not_handed_over_to(
    talking: Talking, replaces: str
) -> None:
    consult = asks(talking.call, FakeLeg("a2"))
    talking.first_refers("", replaces)

    serving = asyncio.create_task(wait_and_talk(talking.call, NODE))
    await asyncio.sleep(30)

    assert (talking.first.transfers_answered, consult.taken.is_set()) == ([False], False)
    talking.first.vanish()
    await serving


async def test_a_colleague_who_is_gone_leaves_the_caller_with_the_first_agent(
    talking: Talking,
) -> None:
    colleague = FakeLeg("a2")
    colleague.vanish()
    asks(talking.call, colleague)
    talking.first_refers("", "second-channel")

    serving = asyncio.create_task(wait_and_talk(talking.call, NODE))
    await asyncio.sleep(30)

    assert not talking.first.is_gone
    talking.first.vanish()
    assert await serving == "talked"


# ---- after a restart ----


async def test_a_restarted_process_rings_the_colleague_again(talking: Talking) -> None:
    talking.line.on_answer = lambda leg: leg.vanish_after(60)
    state = {"by": 8001, "to": 8002, "queue": "orders"}

    assert await resume(talking.call, NODE, PlaceKind.TRANSFER, state) == "talked"
    assert talking.line.transfers == [Transfer(8001, 8002, "orders")]


async def test_a_restarted_process_goes_on_in_the_bridge_of_the_colleague(
    talking: Talking,
) -> None:
    room = talking.call.room
    room.leg("a2").vanish_after(60)  # type: ignore[attr-defined]
    state = {"agent": 8002, "leg": "a2", "bridge": "a2-talk", "queue": "orders"}

    serving = asyncio.create_task(resume(talking.call, NODE, PlaceKind.TALK, state))
    await asyncio.sleep(30)

    assert room.exchange.bridges == {"a2-talk": ("caller", "a2")}  # type: ignore[attr-defined]
    assert await serving == "talked"


async def test_a_blind_transfer_to_a_number_outside_connects_the_caller_with_it(
    talking: Talking,
) -> None:
    talking.first_refers("02112345678")
    talking.call.outside = outside = FakeOutsideLine()

    assert await wait_and_talk(talking.call, NODE) == "talked"
    assert talking.first.transfers_answered == [True]
    assert talking.first.hung_up
    assert outside.wishes[0].number == "02112345678"
    assert talking.call.outcome is Outcome.TRANSFERRED_OUT


async def test_a_number_that_may_not_be_dialled_leaves_the_talk_as_it_was(
    talking: Talking,
) -> None:
    talking.line = FakeLine(agent_after=5, talks_for=60)
    talking.call.line = talking.line
    talking.line.on_answer = lambda leg: leg.refer_after(10, "0012125550123")
    talking.call.outside = outside = FakeOutsideLine()
    outside.refuses = "international"

    assert await wait_and_talk(talking.call, NODE) == "talked"
    assert talking.first.transfers_answered == [False]
    assert talking.how() == [{"by": 8001, "refused": Refusal.NOT_ALLOWED.value}]
    assert outside.wishes == []


async def test_a_number_that_nobody_answers_gives_the_caller_back_to_the_line(
    talking: Talking,
) -> None:
    talking.first_refers("02112345678")
    talking.call.outside = FakeOutsideLine(fails=NotReached(AttemptOutcome.BUSY))

    assert await wait_and_talk(talking.call, NODE) == "talked"
    assert "zh/colleague-not-reached" in talking.caller.heard
    assert len(talking.line.agents) == 2


async def test_a_restart_on_the_way_to_a_number_gives_the_caller_back_to_the_line(
    talking: Talking,
) -> None:
    talking.line.on_answer = lambda leg: leg.vanish_after(60)
    talking.call.outside = outside = FakeOutsideLine()
    state = {"by": 8001, "queue": "orders"}

    assert await resume(talking.call, NODE, PlaceKind.OUTSIDE, state) == "talked"
    assert outside.wishes == []
    assert len(talking.line.agents) == 1
