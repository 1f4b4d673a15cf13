import pytest

from ari_app.domain.errors import BadFlow, CallerHungUp, NotFound
from ari_app.domain.facts import CallPlaced, EndReason, PlaceKind
from ari_app.domain.flow import DEEPEST, Flow, read_flow
from ari_app.domain.lookup import LookUp
from ari_app.flows.active import ActiveCall, Frame
from ari_app.flows.registry import NODE_TYPES
from ari_app.flows.runner import Resumption, run_flows
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg, FakeLine, overflow_to

BYE = "zh/goodbye"
FLOW = read_flow(
    """
    name = "hotline"
    start = "welcome"
    [node.welcome]
    type = "say"
    prompts = ["welcome"]
    next = "menu"
    [node.menu]
    type = "menu"
    prompts = ["main-menu"]
    keys = { "1" = "orders", "2" = "bye" }
    otherwise = "bye"
    [node.orders]
    type = "queue"
    queue = "orders"
    talked = "bye"
    timeout = "bye"
    nobody = "bye"
    [node.bye]
    type = "hangup"
    """,
    "hotline.toml",
)

OUTER = read_flow(
    """
    name = "outer"
    start = "check"
    [node.check]
    type = "call"
    flow = "inner"
    arguments = { number = "{call.caller}", whole = "no. {number}" }
    results = { good = "bye", bad = "menu" }
    failed = "bye"
    [node.menu]
    type = "menu"
    prompts = ["main-menu"]
    keys = { "1" = "over-there" }
    otherwise = "bye"
    [node.over-there]
    type = "go-on"
    flow = "hotline"
    [node.bye]
    type = "hangup"
    """,
    "outer.toml",
)
INNER = read_flow(
    """
    name = "inner"
    start = "ask"
    arguments = ["number", "whole"]
    [node.ask]
    type = "menu"
    prompts = ["number-right"]
    keys = { "1" = "good", "3" = "again" }
    otherwise = "bad"
    [node.again]
    type = "call"
    flow = "inner"
    arguments = { number = "", whole = "" }
    results = { good = "good", bad = "bad" }
    failed = "bad"
    [node.good]
    type = "return"
    result = "good"
    [node.bad]
    type = "return"
    result = "bad"
    """,
    "inner.toml",
)


class Book:
    """The three flows above; what is not there is the first."""

    version = "0123456789ab"

    def get(self, name: str) -> Flow:
        return {"outer": OUTER, "inner": INNER}.get(name, FLOW)

    def query(self, name: str) -> LookUp:
        raise NotFound("query", name)


async def run(call: ActiveCall, flow: Flow, resumption: Resumption | None = None) -> None:
    call.flows = Book()
    await run_flows(call, flow, resumption)


async def test_the_exits_lead_from_node_to_node_to_the_end() -> None:
    leg = FakeLeg(answers=["2"])
    call = active_call(leg)

    await run(call, FLOW)

    assert leg.heard == ["zh/welcome", "zh/main-menu", "zh/goodbye"]
    assert journal_of(call).story() == [
        "entered_node welcome",
        "left_node welcome",
        "entered_node menu",
        "key_pressed 2",
        "left_node menu",
        "entered_node bye",
        "left_node bye",
    ]
    assert call.end_reason is EndReason.FLOW_ENDED


async def test_every_step_is_saved_before_it_is_taken() -> None:
    call = active_call(FakeLeg(answers=["2"]))

    await run(call, FLOW)

    placed = journal_of(call).of(CallPlaced)
    assert [one.step for one in placed] == [1, 2, 3]
    assert [one.flow_node for one in placed] == ["welcome", "menu", "bye"]
    assert {(one.flow, one.flow_version) for one in placed} == {("hotline", FLOW.version)}


async def test_a_flow_can_begin_where_a_call_left_off() -> None:
    leg = FakeLeg()

    await run(active_call(leg), FLOW, Resumption("bye", PlaceKind.FLOW, {}))

    assert leg.heard == ["zh/goodbye"]


async def test_a_call_that_waited_goes_on_waiting_at_its_place() -> None:
    line = FakeLine(agent_after=1, talks_for=60)
    call = active_call(FakeLeg(), line)

    await run(call, FLOW, Resumption("orders", PlaceKind.QUEUE, {"visit": "7"}))

    assert line.restored == [{"visit": "7"}]
    assert call.end_reason is EndReason.AGENT_HUNG_UP


async def test_a_step_that_the_flow_no_longer_has_is_the_start() -> None:
    leg = FakeLeg(answers=["2"])

    await run(active_call(leg), FLOW, Resumption("gone", PlaceKind.FLOW, {}))

    assert leg.heard[0] == "zh/welcome"


async def test_the_agent_who_hung_up_is_why_the_call_ended() -> None:
    call = active_call(FakeLeg(answers=["1"]), FakeLine(agent_after=1, talks_for=60))

    await run(call, FLOW)

    assert call.end_reason is EndReason.AGENT_HUNG_UP


async def test_a_caller_who_hangs_up_in_the_menu_is_why_the_call_ended() -> None:
    leg = FakeLeg(answers=[""])
    leg.vanish_after(3)
    call = active_call(leg)

    with pytest.raises(CallerHungUp):
        await run(call, FLOW)
    assert call.end_reason is EndReason.CALLER_HUNG_UP


async def test_an_exit_that_no_node_names_is_a_bad_flow() -> None:
    node = FLOW.node["welcome"]
    broken = Flow(name="broken", start="welcome", node={"welcome": node})

    with pytest.raises(BadFlow, match="welcome") as raised:
        broken.follow("welcome", "elsewhere")
    (finding,) = raised.value.findings
    assert (finding.file, finding.place) == ("broken", "node 'welcome'")


def test_every_node_type_of_a_flow_can_be_run() -> None:
    types = Flow.__annotations__["node"].__args__[1].__args__

    assert set(types) == set(NODE_TYPES)


async def test_a_queue_can_send_the_caller_to_another_flow() -> None:
    line = FakeLine(agent_after=1e6)
    line.sends_on = [(20, overflow_to("flow", "inner"))]
    leg = FakeLeg(answers=["1", "1"])
    call = active_call(leg, line)

    await run(call, FLOW)

    assert leg.heard[-2:] == ["zh/number-right", BYE]
    assert call.end_reason is EndReason.FLOW_ENDED


async def test_a_flow_that_another_one_calls_comes_back_with_a_result() -> None:
    leg = FakeLeg(answers=["9", "9", "9", "1", "2"])
    call = active_call(leg, caller="13800138000")

    await run(call, OUTER)

    asked = [one for one in leg.heard if one != "zh/not-understood"]
    assert asked == [*["zh/number-right"] * 3, "zh/main-menu", "zh/welcome", "zh/main-menu", BYE]
    assert call.look("number") == "13800138000"
    assert call.look("whole") == "no. "  # what the argument beside it becomes is not known yet
    assert [one.flow for one in journal_of(call).of(CallPlaced)] == [
        *["outer", "inner", "inner"],
        *["outer", "outer"],
        *["hotline", "hotline", "hotline"],
    ]


async def test_a_restarted_engine_knows_where_a_called_flow_comes_back_to() -> None:
    before = active_call(FakeLeg(answers=["1"]))
    await run(before, OUTER)
    (saved,) = [one for one in journal_of(before).of(CallPlaced) if one.flow_node == "good"]
    leg = FakeLeg()
    after = active_call(leg)
    after.facts.remember(saved.state)

    await run(after, INNER, Resumption(saved.flow_node, PlaceKind(saved.kind), saved.state))

    assert leg.heard == [BYE]
    assert after.look("number") == before.facts.caller


async def test_flows_that_call_each_other_without_end_fail() -> None:
    leg = FakeLeg(answers=["3"] * 20)
    call = active_call(leg)

    await run(call, OUTER)

    assert leg.heard.count("zh/number-right") == DEEPEST
    assert call.end_reason is EndReason.FLOW_ENDED


async def test_a_caller_who_is_said_goodbye_to_in_a_called_flow_is_not_sent_back() -> None:
    call = active_call(leg := FakeLeg())
    waits = Resumption("bye", PlaceKind.FLOW, {"frames": [["outer", "", "check"]]})

    await run(call, FLOW, waits)

    assert call.frames == [Frame("outer", "", "check")]
    assert leg.heard == [BYE]
    assert call.end_reason is EndReason.FLOW_ENDED
