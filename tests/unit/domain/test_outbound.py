from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.hours import Opening, WeeklyHours
from ari_app.domain.outbound import (
    OutboundRefusal,
    OutboundRules,
    PrefixRule,
    Use,
    e164,
    refusal,
)

R = OutboundRefusal
MONDAY_NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
NOTHING_YET = Use(0, 0, 0)
CHINA = OutboundRules(
    is_on=True,
    trunk="world",
    prefixes=(
        PrefixRule("+861", True),
        PrefixRule("+8610", True),
        PrefixRule("+86170", False),
    ),
    premium=("+86168", "+8616"),
    most_at_once=2,
    most_an_hour=10,
    most_a_day_to_one=3,
)


def why(dialled: str, rules: OutboundRules = CHINA, use: Use = NOTHING_YET) -> R | None:
    return refusal(e164(dialled, rules), rules, use, MONDAY_NOON)


@pytest.mark.parametrize(
    ("dialled", "number"),
    [
        ("13800138000", "+8613800138000"),
        ("01012345678", "+861012345678"),
        ("008613800138000", "+8613800138000"),
        ("+8613800138000", "+8613800138000"),
        ("0012125550123", "+12125550123"),
        ("110", None),
        ("95001", "+8695001"),
        ("0" * 20, None),
        ("+0123456789", None),
        ("+86138001380001234", None),
        ("", None),
        ("13800138000&PJSIP/x", None),
        ("1380013800x", None),
        ("*4613800138000", None),
        ("13800138000\n", None),
        ("１３８００１３８０００", None),
    ],
)
def test_numbers_become_e164_as_people_dial_them(dialled: str, number: str | None) -> None:
    assert e164(dialled, CHINA) == number


@pytest.mark.parametrize(
    ("dialled", "refused"),
    [
        ("13800138000", None),
        ("01012345678", None),
        ("02112345678", R.NOT_ALLOWED),
        ("17012345678", R.DENIED),
        ("16812345", R.PREMIUM),
        ("0012125550123", R.INTERNATIONAL),
        ("0088213001234", R.SATELLITE),
        ("00881612345678", R.SATELLITE),
        ("00979123456789", R.PREMIUM),
        ("110", R.NO_NUMBER),
    ],
)
def test_only_what_a_rule_names_goes_out(dialled: str, refused: R | None) -> None:
    assert why(dialled) == refused


def test_what_costs_goes_out_only_where_a_rule_names_it() -> None:
    named = (PrefixRule("+88213", True), PrefixRule("+1212", True), PrefixRule("+86168", True))
    rules = replace(CHINA, prefixes=(*CHINA.prefixes, *named))

    assert why("0088213001234", rules) is None
    assert why("0012125550123", rules) is None
    assert why("16812345", rules) is None
    assert why("00881612345678", rules) is R.SATELLITE


@pytest.mark.parametrize(
    ("use", "refused"),
    [
        (Use(1, 9, 2), None),
        (Use(2, 9, 2), R.TOO_MANY_AT_ONCE),
        (Use(1, 10, 2), R.TOO_MANY_IN_AN_HOUR),
        (Use(1, 9, 3), R.TOO_OFTEN),
    ],
)
def test_caps_count_what_has_gone_out(use: Use, refused: R | None) -> None:
    assert why("13800138000", use=use) == refused


def test_out_of_hours_nothing_goes_out() -> None:
    mornings = WeeklyHours((Opening(1, 9 * 3600, 12 * 3600),))

    assert why("13800138000", replace(CHINA, hours=mornings)) is R.CLOSED


@given(st.text(max_size=24))
def test_switched_off_nothing_goes_out(dialled: str) -> None:
    assert why(dialled, replace(CHINA, is_on=False)) is R.SWITCHED_OFF


@given(st.text(max_size=24))
def test_without_rules_nothing_goes_out(dialled: str) -> None:
    assert why(dialled, replace(CHINA, prefixes=())) is not None


@given(st.text(max_size=24), st.sampled_from(["most_at_once", "most_an_hour"]))
def test_a_cap_of_nothing_lets_nothing_out(dialled: str, cap: str) -> None:
    assert why(dialled, replace(CHINA, **{cap: 0})) is not None  # type: ignore[arg-type]


@given(st.text(alphabet="+0123456789", max_size=24))
def test_what_goes_out_is_a_number_that_a_rule_names(dialled: str) -> None:
    number = e164(dialled, CHINA)

    if why(dialled) is None:
        assert number is not None
        assert number.startswith("+861")
        assert not number.startswith(("+86170", "+8616"))


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"prefixes": (PrefixRule("8613", True),)}, "'8613'"),
        ({"prefixes": (PrefixRule("+86", True), PrefixRule("+86", False))}, "two rules"),
        ({"premium": ("168",)}, "'168'"),
        ({"country": "0086"}, "country"),
        ({"most_an_hour": -1}, "most_an_hour"),
    ],
)
def test_what_cannot_be_meant_is_named(changed: dict[str, object], word: str) -> None:
    (problem,) = replace(CHINA, **changed).problems()  # type: ignore[arg-type]

    assert word in problem
    assert CHINA.problems() == []
