import asyncio
import gc
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from ari_app.domain.call import read_arrival
from ari_app.domain.errors import Conflict, Unavailable
from ari_app.domain.facts import (
    CallAnswered,
    CallArrived,
    CallbackBooked,
    CallEnded,
    CallPlaced,
    EndReason,
    LegAnswered,
    LegEnded,
    LegStarted,
    Outcome,
)
from ari_app.domain.flow import Flow, Hangup, Mailbox, Menu, Node, Queue, Say
from ari_app.domain.recording import EndedRecording
from ari_app.domain.route import Customer, Route
from ari_app.domain.storm import Storm, StormProfile
from ari_app.flows.active import ActiveCall
from ari_app.workers.calls import Calls
from ari_app.workers.reception import Reception
from tests.fakes.clock import NOON, LoopClock
from tests.fakes.directory import FakeDirectory
from tests.fakes.enquiries import FakeEnquiries
from tests.fakes.flows import FakeFlows, FakeVersions
from tests.fakes.journal import FakeJournal
from tests.fakes.telephony import Exchange, FakeLeg, FakeLine, FakeRoom, overflow_to

CALL = UUID(int=1)
HANDED_OVER = f"{CALL},1785758399.250,13800138000,95001,world,".split(",")  # noon less 0.75 s
VIP = Customer(UUID(int=9), "vip", "en")
NODES: dict[str, Node] = {
    "menu": Menu(prompts=("main-menu",), keys={"1": "orders", "2": "message"}, otherwise="bye"),
    "orders": Queue(queue="orders", talked="bye", timeout="message", nobody="message"),
    "message": Mailbox(mailbox="hotline", next="bye"),
    "bye": Hangup(),
}


class Site:
    """Everything a call needs, and one caller on channel `in-1`."""

    def __init__(self, caller: FakeLeg, line: FakeLine | None = None, **flows: Flow) -> None:
        self.caller = caller
        self.exchange = Exchange(legs={"in-1": caller})
        self.rooms: list[FakeRoom] = []
        self.journal = FakeJournal()
        self.over: list[tuple[EndedRecording, Outcome]] = []
        self.directory = FakeDirectory()
        self.line = line or FakeLine(agent_after=5, talks_for=60)
        hotline = Flow(name="hotline", start="menu", node=dict(NODES))
        first = FakeFlows(flows.pop("hotline", hotline), *flows.values())
        self.versions = FakeVersions(first)
        self.storm: Storm | None = None
        self.calls = Calls(
            self._open_room,
            self.line,
            self.journal,
            LoopClock(),
            Reception(
                self.versions,
                self.directory,
                FakeEnquiries().asked,
                storm=lambda: self.storm,
            ),
            lambda ended, outcome: self.over.append((ended, outcome)),
        )

    def _open_room(self, app: str, name: str) -> FakeRoom:
        self.rooms.append(self.exchange.open_room(app, name))
        return self.rooms[-1]

    def arrive(self, arguments: Sequence[str] = HANDED_OVER) -> None:
        self.calls.arrived("hotline-0", "in-1", arguments, "node1")

    async def serve(self, arguments: Sequence[str] = HANDED_OVER) -> CallEnded:
        await self.give_away(arguments)
        return self.journal.the(CallEnded)

    async def give_away(self, arguments: Sequence[str] = HANDED_OVER) -> None:
        """Until no flow serves the call any more; its end may be somebody else's to write."""
        self.arrive(arguments)
        await asyncio.sleep(3600)
        assert self.calls.live == {}


async def test_a_call_that_talks_is_recorded_from_arrival_to_end() -> None:
    site = Site(FakeLeg("in-1", answers=["1"]))

    ended = await site.serve()

    assert (ended.outcome, ended.end_reason) == (Outcome.TALKED, EndReason.AGENT_HUNG_UP)
    kinds = [type(fact) for fact in site.journal.facts]
    assert kinds[:2] == [CallArrived, LegStarted]
    assert kinds[-2:] == [LegEnded, CallEnded]
    assert CallAnswered in kinds
    assert LegAnswered in kinds
    assert {getattr(fact, "call_id", None) for fact in site.journal.facts} == {CALL}


async def test_the_caller_is_hung_up_when_the_flow_is_over() -> None:
    site = Site(FakeLeg("in-1", answers=["9", "9", "9"]))

    ended = await site.serve()

    assert site.caller.hung_up
    assert site.caller.heard[-1] == "zh/goodbye"
    assert (ended.outcome, ended.end_reason) == (Outcome.SERVED_BY_FLOW, EndReason.FLOW_ENDED)


async def test_the_channel_is_told_that_somebody_took_the_call() -> None:
    site = Site(FakeLeg("in-1"))

    await site.serve()

    assert site.caller.variables == {"GROUP(call)": "taken"}


async def test_what_dialplan_and_directory_said_is_in_the_record() -> None:
    site = Site(FakeLeg("in-1"))
    site.directory.routes["95001"] = Route("hotline", "zh", 3, "normal", None)
    site.directory.customers["13800138000"] = VIP

    await site.serve([*HANDED_OVER[:4], "span1", "7"])

    arrived = site.journal.the(CallArrived)
    assert (arrived.caller, arrived.dialled) == ("13800138000", "95001")
    assert (arrived.trunk, arrived.timeslot, arrived.language) == ("span1", 7, "en")
    assert (arrived.priority, arrived.tier, arrived.customer_id) == (3, "vip", UUID(int=9))


@pytest.mark.parametrize(
    ("presses", "seconds", "outcome"),
    [
        ([""], 2, Outcome.ABANDONED_IN_FLOW),
        (["1"], 3, Outcome.ABANDONED),
        (["1"], 30, Outcome.TALKED),
        (["2"], 1.5, Outcome.ABANDONED_IN_FLOW),
        (["2"], 20, Outcome.LEFT_MESSAGE),
    ],
)
async def test_a_caller_may_hang_up_anywhere(
    presses: list[str], seconds: float, outcome: Outcome
) -> None:
    caller = FakeLeg("in-1", answers=presses)
    caller.vanish_after(seconds)
    site = Site(caller)

    ended = await site.serve()

    assert (ended.outcome, ended.end_reason) == (outcome, EndReason.CALLER_HUNG_UP)
    assert site.line.waiting == 0
    assert (site.calls.live, site.exchange.open_rooms) == ({}, 0)


async def test_a_caller_who_is_gone_before_we_answer_is_an_ended_call() -> None:
    caller = FakeLeg("in-1")
    caller.vanish(cause=31)

    ended = await Site(caller).serve()

    assert (ended.outcome, ended.hangup_cause) == (Outcome.ABANDONED_IN_FLOW, 31)


@dataclass(frozen=True, slots=True)
class Saved:
    kind: str
    flow_node: str
    state: Mapping[str, Any]
    step: int = 7
    flow: str = "hotline"


TALK = {"agent": "1001", "leg": f"{CALL}-a1", "outcome": "abandoned"}


@pytest.mark.parametrize(
    ("saved", "outcome"),
    [
        (Saved("flow", "menu", {}), Outcome.ABANDONED_IN_FLOW),
        (Saved("queue", "orders", {"outcome": "abandoned"}), Outcome.ABANDONED),
        (Saved("talk", "orders", TALK), Outcome.TALKED),
    ],
)
async def test_a_caller_may_hang_up_while_a_new_engine_takes_the_call_up(
    saved: Saved, outcome: Outcome
) -> None:
    caller = FakeLeg("in-1")
    caller.vanish()
    site = Site(caller)

    site.calls.adopted("hotline-0", "in-1", read_arrival(HANDED_OVER, node="node1"), saved)
    await asyncio.sleep(60)

    ended = site.journal.the(CallEnded)
    assert (ended.outcome, ended.end_reason) == (outcome, EndReason.CALLER_HUNG_UP)


@pytest.mark.parametrize("found", [False, True])
async def test_only_a_call_found_by_recovery_may_hear_prompts_of_another_process(
    found: bool,
) -> None:
    site = Site(FakeLeg("in-1"))

    site.calls.arrived("hotline-0", "in-1", HANDED_OVER, "node1", inherited=found)
    await asyncio.sleep(600)

    assert site.caller.is_inherited is found


async def test_a_call_taken_up_may_hear_prompts_of_another_process() -> None:
    site = Site(FakeLeg("in-1"))
    facts = read_arrival(HANDED_OVER, node="node1")

    site.calls.adopted("hotline-0", "in-1", facts, Saved("flow", "menu", {}))
    await asyncio.sleep(600)

    assert site.caller.is_inherited


async def test_a_broken_flow_gives_the_caller_to_the_dialplan(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = Flow(name="hotline", start="nowhere", node=dict(NODES))
    site = Site(FakeLeg("in-1"), hotline=broken)

    await site.give_away()

    assert site.caller.fell_back == "flow"
    assert not site.caller.hung_up
    assert not site.journal.of(CallEnded)  # the call goes on; `call_ended` will close it
    assert not site.over
    assert "flow failed" in caplog.text
    assert caplog.records[-1].call_id == str(CALL)  # type: ignore[attr-defined]


class Stubborn(FakeLeg):
    """A caller whom the dialplan does not take."""

    async def fall_back(self, reason: str, language: str = "") -> None:
        raise Conflict(f"not given back: {reason}")


@pytest.mark.parametrize(
    ("answers", "outcome"), [(["1"], Outcome.TALKED), (["2"], Outcome.LEFT_MESSAGE)]
)
async def test_a_fault_takes_nothing_back_that_was_reached(
    answers: list[str], outcome: Outcome
) -> None:
    nodes = {
        **NODES,
        "orders": Queue(queue="orders", talked="nowhere", timeout="bye", nobody="bye"),
        "message": Mailbox(mailbox="hotline", next="nowhere"),
    }
    site = Site(
        Stubborn("in-1", answers=answers), hotline=Flow(name="hotline", start="menu", node=nodes)
    )

    ended = await site.serve()

    assert (ended.outcome, ended.end_reason) == (outcome, EndReason.FAULT)


async def test_a_fault_before_anything_was_reached_is_a_failure() -> None:
    broken = Flow(name="hotline", start="nowhere", node=dict(NODES))

    ended = await Site(Stubborn("in-1"), hotline=broken).serve()

    assert (ended.outcome, ended.end_reason) == (Outcome.FAILED, EndReason.FAULT)


async def test_a_bug_in_the_line_gives_the_caller_to_the_dialplan() -> None:
    site = Site(FakeLeg("in-1", answers=["1"]))
    site.line.limits = None  # type: ignore[assignment, method-assign]

    await site.give_away()

    assert site.caller.fell_back == "flow"


async def test_whoever_cannot_be_given_back_is_hung_up() -> None:
    class Stuck(FakeLeg):
        async def fall_back(self, why: str, language: str = "") -> None:
            raise Conflict("channels.continue: channel not in Stasis")

    broken = Flow(name="hotline", start="nowhere", node=dict(NODES))
    site = Site(Stuck("in-1"), hotline=broken)

    await site.serve()

    assert site.caller.hung_up


async def test_a_call_whose_events_break_off_goes_back_to_the_dialplan() -> None:
    site = Site(FakeLeg("in-1", answers=["1"]), FakeLine(agent_after=1e6))
    site.arrive()
    await asyncio.sleep(10)

    breaks = site.rooms[0].breaks
    assert breaks is not None
    breaks.set_exception(ZeroDivisionError("a bug"))
    await asyncio.sleep(10)

    assert site.caller.fell_back == "flow"
    assert site.calls.live == {}


async def test_the_first_prompt_is_asked_for_before_anything_else_happens() -> None:
    site = Site(FakeLeg("in-1"))

    site.arrive()

    assert site.caller.begun_with == ("zh/main-menu",)
    assert site.journal.facts == []
    await asyncio.sleep(3600)


async def test_who_may_speak_another_language_is_asked_who_they_are_first() -> None:
    site = Site(FakeLeg("in-1"))
    site.directory.is_sure = False
    site.directory.customers["13800138000"] = VIP

    await site.serve()

    assert site.caller.begun_with == ()
    assert site.caller.heard[0] == "en/main-menu"


async def test_a_customer_is_known_before_the_call_stands_in_line() -> None:
    site = Site(FakeLeg("in-1", answers=["1"]))
    site.directory.seconds = 0.9
    site.directory.customers["13800138000"] = VIP

    await site.serve()

    assert [fact.tier for fact in site.journal.of(CallArrived)] == ["vip"]
    assert site.line.served[0].tier == "vip"


@pytest.mark.parametrize(
    ("answers", "seconds", "outcome"),
    [
        ([], 2.0, Outcome.ABANDONED_IN_FLOW),
        (["1"], 3.0, Outcome.ABANDONED),
        (["1"], 20.0, Outcome.TALKED),
        (["9", "9", "9"], 3000.0, Outcome.SERVED_BY_FLOW),
    ],
)
async def test_nothing_of_a_call_that_is_over_waits_for_the_garbage_collector(
    answers: list[str], seconds: float, outcome: Outcome, others: set[int]
) -> None:
    """Which in a busy engine comes after tens of thousands of calls."""
    site = Site(FakeLeg("in-1", answers=answers))
    site.caller.vanish_after(seconds)

    ended = await site.serve()

    assert ended.outcome is outcome
    assert calls_in_memory() <= others


@pytest.fixture
def others() -> Iterator[set[int]]:
    """What other tests still hold; nothing is collected until the end."""
    gc.collect()
    gc.disable()
    yield calls_in_memory()
    gc.enable()


def calls_in_memory() -> set[int]:
    return {id(one) for one in gc.get_objects() if isinstance(one, ActiveCall)}


async def test_a_caller_who_hangs_up_before_being_known_is_recorded_as_well() -> None:
    site = Site(FakeLeg("in-1"))
    site.directory.seconds = 0.9
    site.caller.vanish_after(0.5)

    ended = await site.serve()

    assert ended.outcome == Outcome.ABANDONED_IN_FLOW
    assert site.journal.the(CallArrived).call_id == CALL


async def test_a_fault_gives_the_caller_back_in_the_language_spoken() -> None:
    broken = Flow(name="hotline", start="nowhere", node=dict(NODES))
    site = Site(FakeLeg("in-1"), hotline=broken)
    site.directory.routes["95001"] = Route("hotline", "en", 0, "normal", None)

    await site.give_away()

    assert site.caller.variables["CC_LANGUAGE"] == "en"


async def test_an_unknown_flow_is_replaced_by_the_default_one() -> None:
    site = Site(FakeLeg("in-1"))
    site.directory.routes["95001"] = Route("no-such-flow", "zh", 0, "normal", None)

    await site.serve()

    assert site.journal.the(CallArrived).flow == "hotline"
    assert {placed.flow for placed in site.journal.of(CallPlaced)} == {"hotline"}


async def test_the_route_decides_the_flow() -> None:
    short = Flow(name="short", start="hi", node={"hi": Say(prompts=("hi",), next="bye"), **NODES})
    site = Site(FakeLeg("in-1"), short=short)

    site.directory.routes["95001"] = Route("short", "zh", 0, "normal", None)

    await site.serve()

    assert site.caller.heard == ["zh/hi", "zh/goodbye"]


@pytest.mark.parametrize("arguments", [[], ["x"], ["not-a-uuid", "1785758399.250"]])
async def test_a_channel_without_a_call_id_is_given_back_at_once(arguments: list[str]) -> None:
    site = Site(FakeLeg("in-1"))

    site.arrive(arguments)
    await asyncio.sleep(1)

    assert site.caller.fell_back == "flow"
    assert site.journal.facts == []
    assert site.exchange.open_rooms == 0


async def test_a_call_is_served_once_however_often_it_is_announced() -> None:
    site = Site(FakeLeg("in-1"))

    site.arrive()
    site.arrive()
    await asyncio.sleep(1)

    assert len(site.rooms) == 1
    site.caller.vanish()
    await asyncio.sleep(1)


async def test_the_channel_is_listened_to_from_the_first_moment() -> None:
    site = Site(FakeLeg("in-1"))

    site.arrive()

    assert len(site.rooms) == 1
    assert list(site.calls.live) == [CALL]
    site.caller.vanish()
    await asyncio.sleep(1)


async def test_the_recording_of_a_call_that_is_over_is_handed_on() -> None:
    site = Site(FakeLeg("in-1", answers=["1"]))

    await site.serve()

    [(recording, outcome)] = site.over
    assert (recording.call_id, outcome) == (CALL, Outcome.TALKED)
    assert recording.seconds > 60


async def test_a_call_that_cannot_be_written_is_served_by_the_dialplan(
    caplog: pytest.LogCaptureFixture,
) -> None:
    site = Site(FakeLeg("in-1"))
    site.journal.broken = Unavailable("the journal is full")

    site.arrive()
    await asyncio.sleep(5)

    assert site.caller.fell_back == "flow"
    assert site.calls.live == {}
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_a_call_that_went_down_with_asterisk_ended_then_and_is_called_back() -> None:
    site = Site(FakeLeg(answers=["1"]), FakeLine(agent_after=60))
    site.arrive()
    await asyncio.sleep(10)
    lost_at = LoopClock().now()
    await asyncio.sleep(30)

    site.calls.lost_with_asterisk(lost_at)
    await asyncio.sleep(1)

    ended = site.journal.the(CallEnded)
    assert (ended.end_reason, ended.outcome) == (EndReason.PBX_RESTART, Outcome.FAILED)
    assert ended.at == site.journal.the(LegEnded).at == lost_at
    assert site.journal.the(CallbackBooked).number == "13800138000"
    assert site.calls.live == {}


async def test_who_had_talked_when_asterisk_died_had_talked() -> None:
    site = Site(FakeLeg(answers=["1"]))
    site.arrive()
    await asyncio.sleep(30)

    site.calls.lost_with_asterisk(LoopClock().now())
    await asyncio.sleep(1)

    assert site.journal.the(CallEnded).outcome is Outcome.TALKED
    assert site.journal.of(CallbackBooked)


async def test_a_fault_while_asterisk_is_away_is_handed_over_when_it_is_back() -> None:
    site = Site(FakeLeg())
    site.caller.broken = Unavailable("not connected")
    site.arrive()
    await asyncio.sleep(60)
    before = site.journal.of(CallEnded)

    site.caller.broken = None
    await asyncio.sleep(5)

    assert before == []
    assert site.caller.fell_back == "flow"
    assert site.journal.of(CallEnded) == []


async def test_an_arrival_that_is_told_again_after_the_end_is_no_second_call() -> None:
    site = Site(FakeLeg())
    await site.serve()
    before = list(site.journal.facts)

    site.arrive()
    await asyncio.sleep(60)

    assert site.journal.facts == before


async def test_an_invite_that_came_over_two_paths_is_served_once() -> None:
    site = Site(FakeLeg("in-1", answers=["1"]))
    site.exchange.legs["in-2"] = copy = FakeLeg("in-2")
    again = [str(UUID(int=2)), *HANDED_OVER[1:]]

    site.calls.arrived("hotline-0", "in-1", HANDED_OVER, "node1", "same@caller")
    site.calls.arrived("hotline-1", "in-2", again, "node1", "same@caller")
    await asyncio.sleep(3600)

    ends = {fact.call_id: fact.end_reason for fact in site.journal.of(CallEnded)}
    assert ends == {CALL: EndReason.AGENT_HUNG_UP, UUID(int=2): EndReason.REFUSED}
    assert copy.is_gone
    assert not copy.begun_with
    assert not copy.heard
    assert {fact.call_id for fact in site.journal.of(CallPlaced)} == {CALL}


async def test_a_caller_who_calls_again_with_the_same_call_id_is_served() -> None:
    site = Site(FakeLeg("in-1", answers=["1"]))
    site.exchange.legs["in-2"] = FakeLeg("in-2", answers=["1"])
    again = [str(UUID(int=2)), *HANDED_OVER[1:]]

    site.calls.arrived("hotline-0", "in-1", HANDED_OVER, "node1", "same@caller")
    await asyncio.sleep(3600)
    site.calls.arrived("hotline-0", "in-2", again, "node1", "same@caller")
    await asyncio.sleep(3600)

    assert [fact.outcome for fact in site.journal.of(CallEnded)] == [Outcome.TALKED] * 2


async def test_a_queue_that_overflows_into_another_flow_goes_on_there() -> None:
    night = Flow(name="night", start="bye", node={"bye": Hangup(prompts=("closed-hours",))})
    line = FakeLine(agent_after=1e6)
    line.sends_on = [(20, overflow_to("flow", "night"))]
    site = Site(FakeLeg("in-1", answers=["1"]), line, night=night)

    ended = await site.serve()

    assert site.caller.heard[-1] == "zh/closed-hours"
    assert site.journal.of(CallPlaced)[-1].flow == "night"
    assert ended.end_reason is EndReason.FLOW_ENDED


def bye_with(prompt: str, version: str) -> FakeFlows:
    """A version whose menu's key 9 leads to this goodbye."""
    keys = {"9": "bye"}
    menu = Menu(prompts=("main-menu",), keys=keys, otherwise="bye", within_seconds=60)
    nodes: dict[str, Node] = {"menu": menu, "bye": Hangup(prompts=(prompt,))}
    return FakeFlows(Flow(name="hotline", start="menu", node=nodes), version=version)


async def test_a_call_stays_on_its_version_and_the_next_one_gets_the_new() -> None:
    site = Site(FakeLeg("in-1", answers=["", "9"]))
    site.versions.publish(bye_with("old-goodbye", "a" * 12))
    site.arrive()
    await asyncio.sleep(1)

    site.versions.publish(bye_with("new-goodbye", "b" * 12))
    site.exchange.legs["in-2"] = FakeLeg("in-2", answers=["9"])
    second = [str(UUID(int=2)), *HANDED_OVER[1:]]
    site.calls.arrived("hotline-0", "in-2", second, "node1")
    await asyncio.sleep(3600)

    assert site.caller.heard[-1] == "zh/old-goodbye"
    assert site.exchange.legs["in-2"].heard[-1] == "zh/new-goodbye"


async def test_where_a_queue_sends_a_call_on_to_is_of_its_version_too() -> None:
    line = FakeLine(agent_after=1e6)
    line.sends_on = [(20, overflow_to("flow", "night"))]
    night = Flow(name="night", start="bye", node={"bye": Hangup(prompts=("closed-hours",))})
    site = Site(FakeLeg("in-1", answers=["1"]), line, night=night)
    site.arrive()
    await asyncio.sleep(1)

    site.versions.publish(bye_with("new-goodbye", "b" * 12))
    await asyncio.sleep(3600)

    assert site.caller.heard[-1] == "zh/closed-hours"


async def test_every_saved_step_names_the_version() -> None:
    site = Site(FakeLeg("in-1", answers=["1"]))

    await site.serve()

    versions = {step.state["flows"] for step in site.journal.of(CallPlaced)}
    assert versions == {site.versions.now.version}


@pytest.mark.parametrize(
    ("version", "goodbye"), [("a" * 12, "old-goodbye"), ("c" * 12, "new-goodbye")]
)
async def test_a_call_taken_up_goes_on_with_the_version_it_began_with(
    version: str, goodbye: str
) -> None:
    """Or with what is in force, where that one is not to be had."""
    site = Site(FakeLeg("in-1", answers=["9"]))
    site.versions.publish(bye_with("old-goodbye", "a" * 12))
    site.versions.publish(bye_with("new-goodbye", "b" * 12))
    saved = Saved("flow", "menu", {"flows": version})

    held = await site.calls.bring_flows({version})
    site.calls.adopted("hotline-0", "in-1", read_arrival(HANDED_OVER, node="node1"), saved)
    del held
    await asyncio.sleep(3600)

    assert site.caller.heard[-1] == f"zh/{goodbye}"


def a_storm(**profile: Any) -> Storm:
    return Storm(UUID(int=5), "typhoon", StormProfile(**profile), "tester", "wind", NOON, NOON)


async def test_in_a_storm_every_caller_hears_so_first_to_the_end_and_then_the_flow() -> None:
    site = Site(FakeLeg("in-1", answers=["1"]))
    site.storm = a_storm(announcement=("many-callers-now",))

    await site.serve()

    assert site.caller.begun_with == ("zh/many-callers-now",)
    assert site.caller.heard[:2] == ["zh/many-callers-now", "zh/main-menu"]
    assert "announced" in site.journal.story()


async def test_a_storm_leads_numbers_elsewhere_while_it_lasts() -> None:
    other = Flow(name="storm", start="bye", node={"bye": Hangup(prompts=("closed-hours",))})
    site = Site(FakeLeg("in-1"), storm=other)
    site.storm = a_storm(flow="storm")

    await site.serve()

    assert site.caller.heard == ["zh/closed-hours"]
    assert site.journal.the(CallArrived).flow == "storm"


async def test_a_process_that_died_during_the_announcement_goes_on_with_the_flow() -> None:
    site = Site(FakeLeg("in-1"))
    site.storm = a_storm(announcement=("many-callers-now",))
    site.caller.vanish_after(0.5)

    await site.serve()

    placed = site.journal.of(CallPlaced)
    assert [one.flow_node for one in placed] == ["menu"]
