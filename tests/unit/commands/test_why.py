"""Why a call got these agents."""

from datetime import timedelta
from uuid import UUID

from ari_app.commands.why import story, told
from ari_app.store.call_offers import CallOffer, CallVisit
from tests.unit.commands.samples import ARRIVED, terminal
from tests.unit.commands.test_timeline import WHY

VISIT, LATER = UUID(int=1), UUID(int=2)


def visit(id: UUID = VISIT, result: str | None = "answered") -> CallVisit:
    return CallVisit(id, "orders", ARRIVED, result, 12.0)


def offer(result: str | None = "accepted") -> CallOffer:
    made = ARRIVED + timedelta(seconds=10)
    return CallOffer(VISIT, 1001, made, made + timedelta(seconds=2), result, WHY)


def test_each_stay_has_its_offers_and_each_offer_its_reasons() -> None:
    lines = story([visit()], [offer("timed_out"), offer()], terminal())

    assert "orders: answered, 12.0 s" in lines[0]
    assert "agent 1001: timed out" in lines[1]
    assert "went to agent 1001" in lines[2]
    assert any("agent 1001: accepted" in line for line in lines)


def test_a_stay_without_an_offer_says_so() -> None:
    lines = story([visit(), visit(LATER, None)], [offer()], terminal("zh"))

    assert lines[-2].endswith("orders: 排队中, 12.0 s")
    assert lines[-1] == "  没有派给任何坐席"


def test_a_call_that_never_queued() -> None:
    assert story([], [], terminal()) == ["This call was never in a queue."]


def test_programs_get_sentences_and_figures() -> None:
    document = told(offer(), "en")

    assert document["because"][0].startswith("Call c1 in queue orders went to agent 1001")
    assert document["why"] == WHY


def test_a_caller_whom_a_colleague_passed_on_has_that_for_a_reason() -> None:
    made = ARRIVED + timedelta(seconds=60)
    passed = CallOffer(None, 1002, made, None, "accepted", {"how": "blind", "by": 1001})

    assert story([visit()], [offer(), passed], terminal())[-1].strip() == "Transferred by 1001."
    assert story([], [passed], terminal("zh"))[-1].strip() == "由坐席 1001 转接。"
