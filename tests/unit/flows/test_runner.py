import pytest

from ari_app.domain.errors import BadFlow, CallerHungUp
from ari_app.domain.facts import CallPlaced, EndReason, PlaceKind
from ari_app.domain.flow import Flow, read_flow
from ari_app.flows.runner import NODE_TYPES, Resumption, run_flow
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg, FakeLine, overflow_to

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


async def test_the_exits_lead_from_node_to_node_to_the_end() -> None:
    leg = FakeLeg(answers=["2"])
    call = active_call(leg)

    await run_flow(call, FLOW)

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

    await run_flow(call, FLOW)

    placed = journal_of(call).of(CallPlaced)
    assert [one.step for one in placed] == [1, 2, 3]
    assert [one.flow_node for one in placed] == ["welcome", "menu", "bye"]
    assert {(one.flow, one.flow_version) for one in placed} == {("hotline", FLOW.version)}


async def test_a_flow_can_begin_where_a_call_left_off() -> None:
    leg = FakeLeg()

    await run_flow(active_call(leg), FLOW, Resumption("bye", PlaceKind.FLOW, {}))

    assert leg.heard == ["zh/goodbye"]


async def test_a_call_that_waited_goes_on_waiting_at_its_place() -> None:
    line = FakeLine(agent_after=1, talks_for=60)
    call = active_call(FakeLeg(), line)

    await run_flow(call, FLOW, Resumption("orders", PlaceKind.QUEUE, {"visit": "7"}))

    assert line.restored == [{"visit": "7"}]
    assert call.end_reason is EndReason.AGENT_HUNG_UP


async def test_a_step_that_the_flow_no_longer_has_is_the_start() -> None:
    leg = FakeLeg(answers=["2"])

    await run_flow(active_call(leg), FLOW, Resumption("gone", PlaceKind.FLOW, {}))

    assert leg.heard[0] == "zh/welcome"


async def test_the_agent_who_hung_up_is_why_the_call_ended() -> None:
    call = active_call(FakeLeg(answers=["1"]), FakeLine(agent_after=1, talks_for=60))

    await run_flow(call, FLOW)

    assert call.end_reason is EndReason.AGENT_HUNG_UP


async def test_a_caller_who_hangs_up_in_the_menu_is_why_the_call_ended() -> None:
    leg = FakeLeg(answers=[""])
    leg.vanish_after(3)
    call = active_call(leg)

    with pytest.raises(CallerHungUp):
        await run_flow(call, FLOW)
    assert call.end_reason is EndReason.CALLER_HUNG_UP


async def test_an_exit_that_no_node_names_is_a_bad_flow() -> None:
    node = FLOW.node["welcome"]
    broken = Flow(name="broken", start="welcome", node={"welcome": node})

    with pytest.raises(BadFlow, match="welcome") as raised:
        broken.follow("welcome", "elsewhere")
    assert raised.value.findings == ("broken: node 'welcome' has no exit 'elsewhere'",)


def test_every_node_type_of_a_flow_can_be_run() -> None:
    types = Flow.__annotations__["node"].__args__[1].__args__

    assert set(types) == set(NODE_TYPES)


async def test_a_flow_that_sends_the_caller_to_another_ends_without_ending_the_call() -> None:
    line = FakeLine(agent_after=1e6)
    line.sends_on = [(20, overflow_to("flow", "night"))]
    leg = FakeLeg(answers=["1"])
    call = active_call(leg, line)

    await run_flow(call, FLOW)

    assert call.next_flow == "night"
    assert call.end_reason is EndReason.CALLER_HUNG_UP  # as long as nobody says otherwise
    assert "zh/goodbye" not in leg.heard
