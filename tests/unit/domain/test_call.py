from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.call import HANDED_OVER, CallFacts, read_arrival

CALL = UUID(int=1)
GIVEN = {
    "call": str(CALL),
    "arrived": "1785758400.250",
    "caller": "13800138000",
    "dialled": "95001",
    "trunk": "world",
    "timeslot": "7",
    "flow": "hotline",
    "language": "en",
    "priority": "3",
    "tier": "vip",
    "customer": str(UUID(int=9)),
}


def arrival(**changed: str) -> tuple[CallFacts, str]:
    return read_arrival(list((GIVEN | changed).values()), node="node1")


def test_what_the_dialplan_hands_over_is_read() -> None:
    facts, flow = arrival()

    assert flow == "hotline"
    assert facts == CallFacts(
        id=CALL,
        arrived_at=datetime(2026, 8, 3, 12, 0, 0, 250_000, tzinfo=UTC),
        caller="13800138000",
        dialled="95001",
        language="en",
        priority=3,
        tier="vip",
        customer_id=UUID(int=9),
        trunk="world",
        timeslot=7,
        node="node1",
    )


def test_the_order_is_the_dialplans() -> None:
    assert tuple(GIVEN) == HANDED_OVER


@pytest.mark.parametrize(
    ("field", "odd", "value"),
    [
        ("caller", "anonymous", ""),
        ("caller", "1" * 25, ""),
        ("dialled", "95001\n", ""),
        ("language", "fr", "zh"),
        ("priority", "10", 0),
        ("priority", "-1", 0),
        ("priority", "²", 0),
        ("tier", "emperor", "normal"),
        ("trunk", "a b", None),
        ("timeslot", "", None),
        ("timeslot", "²", None),
    ],
)
def test_what_is_odd_gets_the_default(field: str, odd: str, value: object) -> None:
    facts, _ = arrival(**{field: odd})

    assert getattr(facts, field) == value


@pytest.mark.parametrize("customer", ["", "nobody", "1"])
def test_without_a_customer_id_the_customer_is_unknown(customer: str) -> None:
    assert arrival(customer=customer)[0].customer_id is None


@pytest.mark.parametrize("flow", ["", "../../etc/passwd", "热线"])
def test_a_flow_without_a_proper_name_is_the_default_one(flow: str) -> None:
    assert arrival(flow=flow)[1] == "hotline"


def test_the_two_that_name_the_call_are_enough() -> None:
    facts, flow = read_arrival([str(CALL), "1785758400"], node="node1")

    assert (flow, facts.language, facts.priority, facts.tier) == ("hotline", "zh", 0, "normal")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [""],
        [str(CALL)],
        [str(CALL), ""],
        [str(CALL), "noon"],
        [str(CALL), "nan"],
        [str(CALL), "1e300"],
        [str(CALL), "inf"],
        ["1", "1785758400"],
    ],
)
def test_without_id_and_time_it_is_no_call_of_ours(arguments: list[str]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_arrival(arguments, node="node1")


@given(st.lists(st.text(max_size=30), max_size=12))
def test_nothing_a_caller_sends_gets_through_unread(rest: list[str]) -> None:
    facts, flow = read_arrival([str(CALL), "1785758400", *rest], node="node1")

    assert set(facts.caller + facts.dialled) <= set("0123456789+*#")
    assert flow.isascii()
    assert facts.tier in {"normal", "silver", "gold", "vip"}
