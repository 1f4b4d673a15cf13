from ari_app.domain.flow import Branch, Prospect, Set
from ari_app.flows.deciding import branch, set_variables
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg, FakeLine

NODE = Branch(
    cases=(
        Branch.Case(exit="important", to="a", tier=("gold", "vip")),
        Branch.Case(exit="debt", to="b", variable="balance", below=0),
        Branch.Case(exit="busy", to="c", queue="orders", waiting_over=3),
    ),
    otherwise="d",
)


async def test_the_first_case_that_is_met_is_the_exit() -> None:
    line = FakeLine(agent_after=1)
    line.prospects["orders"] = Prospect(True, 4, 2, 60.0)
    call = active_call(FakeLeg(), line)

    assert await branch(call, NODE) == "busy"
    call.keep("balance", "-0.01")
    assert await branch(call, NODE) == "debt"
    call.facts.tier = "vip"
    assert await branch(call, NODE) == "important"


async def test_without_any_it_goes_on_otherwise() -> None:
    assert await branch(active_call(FakeLeg()), NODE) == "otherwise"


async def test_variables_are_set_from_those_before_the_node_and_written_nowhere() -> None:
    call = active_call(FakeLeg(), dialled="95001")
    call.keep("a", "1")
    call.keep("b", "2")
    node = Set(variables={"a": "{b}", "b": "{a}", "c": "{call.dialled}", "d": ""}, next="x")

    assert await set_variables(call, node) == "next"
    assert [call.look(name) for name in "abcd"] == ["2", "1", "95001", ""]
    assert journal_of(call).facts == []
