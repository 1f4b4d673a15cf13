"""Caps, checked against a history that is looked at as a whole."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.attempt import AttemptOutcome, outcome_of
from ari_app.domain.outbound import OutboundRules, PrefixRule, dial_string, refusal, shown_number
from ari_app.domain.tally import DAY, HOUR, Tally

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
RULES = OutboundRules(
    is_on=True,
    prefixes=(PrefixRule("+861", True),),
    trunk="world",
    most_at_once=3,
    most_an_hour=6,
    most_a_day_to_one=2,
)
NUMBERS = ("+8613800000001", "+8613800000002", "+8613800000003")
# Seconds until the next wish, which number, how long it lasts.
WISHES = st.lists(
    st.tuples(st.integers(0, 20_000), st.sampled_from(NUMBERS), st.integers(1, 40_000)),
    max_size=60,
)


@given(WISHES, st.integers(0, 40))
def test_no_history_of_wishes_gets_beyond_a_cap(
    wishes: list[tuple[int, str, int]], restart_after: int
) -> None:
    """Also with a new process in the middle, that knows the past from the database."""
    tally, now = Tally(), NOON
    dialled: list[tuple[datetime, str, datetime, UUID]] = []
    for number, (pause, wanted, lasts) in enumerate(wishes):
        now += timedelta(seconds=pause)
        if number == restart_after:
            tally = _after_a_restart(dialled, now)
        for _, _, until, attempt in dialled:
            if until <= now:
                tally.over(attempt)
        if refusal(wanted, RULES, tally.use(wanted, now), now) is None:
            attempt = UUID(int=number)
            tally.made(attempt, wanted, now)
            dialled.append((now, wanted, now + timedelta(seconds=lasts), attempt))

    for at, number_dialled, _, _ in dialled:
        same = [one for one in dialled if one[1] == number_dialled and at - DAY < one[0] <= at]
        assert len(same) <= RULES.most_a_day_to_one
        assert len([one for one in dialled if at - HOUR < one[0] <= at]) <= RULES.most_an_hour
        assert len([one for one in dialled if one[0] <= at < one[2]]) <= RULES.most_at_once


def _after_a_restart(dialled: list[tuple[datetime, str, datetime, UUID]], now: datetime) -> Tally:
    tally = Tally()
    for at, number, until, attempt in dialled:
        tally.was_made(number, at)
        if until > now:
            tally.talks(attempt)
    return tally


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (17, AttemptOutcome.BUSY),
        (21, AttemptOutcome.BUSY),
        (19, AttemptOutcome.NO_ANSWER),
        (None, AttemptOutcome.NO_ANSWER),
        (1, AttemptOutcome.FAILED),
        (34, AttemptOutcome.FAILED),
    ],
)
def test_causes_become_outcomes(cause: int | None, outcome: AttemptOutcome) -> None:
    assert outcome_of(cause) is outcome


@pytest.mark.parametrize(
    ("dialled", "digits"),
    [
        ("13800138000", "13800138000"),
        ("02112345678", "02112345678"),
        ("+8613800138000", "13800138000"),
        ("+862112345678", "02112345678"),
        ("+12125550123", "0012125550123"),
        ("0012125550123", "0012125550123"),
    ],
)
def test_the_trunk_gets_digits_as_people_dial_them(dialled: str, digits: str) -> None:
    assert dial_string(dialled, RULES) == digits


@given(st.text(max_size=12))
def test_nobody_makes_us_show_a_number_that_is_not_ours(wanted: str) -> None:
    rules = OutboundRules(caller_ids=("95001", "95002"))

    assert shown_number(wanted, rules, "13900000000") in rules.caller_ids
