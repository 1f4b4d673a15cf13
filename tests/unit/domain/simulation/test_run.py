"""A day in virtual time."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ari_app.domain.acd.contact import Tier
from ari_app.domain.acd.rules import QueueRules, Relaxation
from ari_app.domain.simulation.day import Arrivals, Day, Group
from ari_app.domain.simulation.figures import Tally
from ari_app.domain.simulation.run import simulate
from ari_app.domain.simulation.spread import Spread
from ari_app.domain.simulation.theory import theory
from tests.unit.domain.simulation.days import ALL_DAY, one_queue

HALF_HOUR = 1800.0


def balance(tally: Tally) -> int:
    return tally.offered - len(tally.answered) - len(tally.abandoned) - tally.flowed_out


def test_the_same_seed_gives_the_same_day() -> None:
    day = one_queue(5, 40, patience=Spread(90.0))

    assert simulate(day, 7).total().answered == simulate(day, 7).total().answered
    assert simulate(day, 7).total().answered != simulate(day, 8).total().answered


def test_enough_agents_leave_nobody_waiting() -> None:
    total = simulate(one_queue(60, 20)).total()

    assert total.offered > 300
    assert (total.asa, total.delayed, total.flowed_out) == (0, 0, 0)
    assert set(total.service_levels().values()) == {1.0}


def test_waits_come_near_erlang_c() -> None:
    day = one_queue(10, 80, half_hours=44)  # 8 erlangs
    expected = theory(day, day.queues[0]).expected
    assert expected is not None
    totals = [simulate(day, seed).total() for seed in range(6)]

    delayed = sum(total.delayed or 0 for total in totals) / len(totals)
    assert delayed == pytest.approx(expected.delayed, rel=0.1)


def test_abandons_come_near_erlang_a() -> None:
    day = one_queue(10, 110, half_hours=44, patience=Spread(120.0))  # 11 erlangs
    expected = theory(day, day.queues[0]).expected
    assert expected is not None
    total = simulate(day).total()

    assert total.abandon_rate == pytest.approx(expected.abandoned, rel=0.1)
    assert total.mean_wait == pytest.approx(expected.wait, rel=0.1)


def test_a_break_begins_after_the_call_and_nobody_is_served_in_it() -> None:
    day = msgspec.structs.replace(
        one_queue(1, 30, half_hours=4, talk=Spread(50.0, 0.0)),
        groups=(Group(name="g", count=1, skills={}, shifts=((0, HALF_HOUR), (5400, 9000)),),),
    )  # fmt: skip
    outcome = simulate(day)

    staffing = outcome.staffing["g"]
    assert HALF_HOUR + 3600 <= staffing.here <= HALF_HOUR + 3600 + 100
    assert staffing.talking == 50.0 * staffing.calls
    assert max(outcome.total().answered) > HALF_HOUR  # somebody waited through the break


def test_whoever_still_waits_when_the_last_agent_goes_is_left_over() -> None:
    day = msgspec.structs.replace(
        one_queue(1, 30, half_hours=2, talk=Spread(600.0, 0.0)),
        groups=(Group(name="g", count=1, skills={}, shifts=((0.0, HALF_HOUR),)),),
    )
    total = simulate(day).total()

    assert len(total.answered) <= 4
    assert total.flowed_out == total.offered - len(total.answered) > 20


def test_better_tiers_wait_less() -> None:
    outcome = simulate(one_queue(5, 52, tiers={Tier.VIP: 0.2}, patience=Spread(600.0)))

    vip, normal = outcome.tier(Tier.VIP), outcome.tier(Tier.NORMAL)
    assert vip is not None
    assert normal is not None
    assert (vip.asa or 0) < (normal.asa or 0) / 2
    assert outcome.tier(Tier.GOLD) is None


def test_relaxed_needs_bring_in_other_agents() -> None:
    strict = QueueRules(id="q", requires={"technical": 5})
    relaxed = msgspec.structs.replace(
        strict, relaxation=(Relaxation(after=30.0, requires={"technical": 2}),)
    )
    groups = (
        Group(name="experts", count=1, skills={"technical": 7}, shifts=ALL_DAY),
        Group(name="others", count=5, skills={"technical": 2}, shifts=ALL_DAY),
    )
    day = msgspec.structs.replace(one_queue(1, 20, patience=Spread(300.0)), groups=groups)

    def run(rules: QueueRules) -> tuple[float, int]:
        outcome = simulate(msgspec.structs.replace(day, queues=(rules,)))
        return outcome.total().abandon_rate or 0, outcome.staffing["others"].calls

    assert run(relaxed)[0] < run(strict)[0] / 3
    assert run(strict)[1] == 0 < run(relaxed)[1]


def test_ringing_is_part_of_the_wait_but_nobody_counts_as_delayed_for_it() -> None:
    day = msgspec.structs.replace(one_queue(60, 20), ringing=4.0)
    total = simulate(day).total()

    assert (total.asa, total.delayed) == (4.0, 0)


def test_why_no_formula_applies_is_said() -> None:
    day = one_queue(5, 20, patience=Spread(100.0, 50.0))

    assert theory(day, day.queues[0]).why_not == "patience is not exponential"


spreads = st.builds(Spread, st.floats(1, 400), st.none() | st.floats(0, 300))
callers = st.builds(
    Arrivals,
    per_half_hour=st.tuples(*[st.floats(0, 25)] * 3),
    talk=spreads,
    wrap_up=spreads,
    patience=st.none() | spreads,
    tiers=st.sampled_from([{}, {Tier.VIP: 0.3, Tier.GOLD: 0.2}]),
)


@st.composite
def days(draw: st.DrawFn) -> Day:
    names = ["a", "b", "c"]
    skills = st.dictionaries(st.sampled_from(names), st.integers(1, 9), max_size=3)
    rules = tuple(
        QueueRules(id=name, requires=draw(skills), max_busy=draw(st.none() | st.integers(1, 3)))
        for name in names[: draw(st.integers(1, 3))]
    )
    shifts = st.sampled_from([ALL_DAY, ((0.0, 2000.0), (2500.0, 5000.0)), ((1000.0, 1500.0),)])
    groups = tuple(
        Group(name=f"g{n}", count=draw(st.integers(1, 4)), skills=draw(skills), shifts=draw(shifts))
        for n in range(draw(st.integers(1, 3)))
    )
    arrivals = {each.id: draw(callers) for each in rules}
    return Day(
        name="", opens=0.0, closes=5400.0, queues=rules, arrivals=arrivals, groups=groups,
        ringing=draw(st.sampled_from([0.0, 3.0])),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(day=days(), seed=st.integers(0, 1000))
def test_every_caller_ends_in_exactly_one_way_and_agents_never_do_two_things(
    day: Day, seed: int
) -> None:
    outcome = simulate(day, seed)

    for tally in outcome.tallies.values():
        assert balance(tally) == 0
        assert all(wait >= 0 for wait in (*tally.answered, *tally.abandoned))
    assert sum(tally.offered for tally in outcome.tallies.values()) == outcome.calls
    for staffing in outcome.staffing.values():
        assert staffing.talking + staffing.wrapping_up <= staffing.here + 1e-6
