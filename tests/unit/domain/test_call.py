import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.call import HANDED_OVER, CallFacts, LeftPlace, read_arrival
from ari_app.domain.route import Customer, Route
from tests.fakes.clock import NOON

CALL = UUID(int=1)
GIVEN = {
    "call": str(CALL),
    "arrived": "1785758400.250",
    "caller": "13800138000",
    "dialled": "95001",
    "trunk": "world",
    "timeslot": "7",
}
ROUTE = Route("night", "en", 3, "normal", None)
KNOWN = Customer(UUID(int=9), "vip", None)


def arrival(**changed: str) -> CallFacts:
    return read_arrival(list((GIVEN | changed).values()), node="node1")


def test_what_the_dialplan_hands_over_is_read() -> None:
    assert arrival() == CallFacts(
        id=CALL,
        arrived_at=datetime(2026, 8, 3, 12, 0, 0, 250_000, tzinfo=UTC),
        caller="13800138000",
        dialled="95001",
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
        ("trunk", "a b", None),
        ("timeslot", "", None),
        ("timeslot", "²", None),
    ],
)
def test_what_is_odd_gets_the_default(field: str, odd: str, value: object) -> None:
    facts = arrival(**{field: odd})

    assert getattr(facts, field) == value


def test_the_two_that_name_the_call_are_enough() -> None:
    facts = read_arrival([str(CALL), "1785758400"], node="node1")

    assert (facts.language, facts.priority, facts.tier) == ("zh", 0, "normal")


def test_a_route_says_how_a_call_is_treated_until_the_customer_is_known() -> None:
    facts = arrival()

    facts.follow(ROUTE)
    facts.belong_to(KNOWN)

    assert (facts.language, facts.priority) == ("en", 3)
    assert (facts.tier, facts.customer_id) == ("vip", UUID(int=9))


def test_a_customers_own_language_comes_before_that_of_the_number() -> None:
    facts = arrival()

    facts.follow(ROUTE)
    facts.belong_to(Customer(UUID(int=9), "vip", "zh"))

    assert facts.language == "zh"


def test_what_is_saved_of_a_call_is_known_after_a_restart() -> None:
    facts, again = arrival(), arrival()
    facts.follow(ROUTE)
    facts.belong_to(KNOWN)

    again.remember(json.loads(json.dumps(facts.remembered())))

    assert replace(again, agent_legs=0) == facts


def test_phones_rung_after_a_restart_have_numbers_that_none_had_before() -> None:
    facts, again = arrival(), arrival()
    facts.agent_legs = 2
    saved = facts.remembered()
    facts.agent_legs = 5  # rung since, and saved nowhere

    again.remember(saved)

    assert again.agent_legs > 5


def test_a_place_in_line_that_was_left_is_kept_for_a_while_and_over_a_restart() -> None:
    before, after = arrival(), arrival()
    before.leave_place("orders", LeftPlace(NOON, NOON + timedelta(seconds=100)))
    before.promised_until = NOON

    after.remember(json.loads(json.dumps(before.remembered())))

    assert after.place_in("orders", NOON + timedelta(seconds=160), 60) == NOON
    assert after.place_in("orders", NOON + timedelta(seconds=161), 60) is None
    assert after.place_in("support", NOON, 60) is None
    assert after.promised_until == NOON


def test_a_step_saved_by_an_earlier_version_changes_only_what_it_says() -> None:
    facts = arrival()

    facts.remember({"language": "en"})

    assert (facts.language, facts.priority, facts.tier) == ("en", 0, "normal")


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
    facts = read_arrival([str(CALL), "1785758400", *rest], node="node1")

    assert set(facts.caller + facts.dialled) <= set("0123456789+*#")
    assert facts.trunk is None or facts.trunk.isascii()
