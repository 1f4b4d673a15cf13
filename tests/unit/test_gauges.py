"""What the engine is, as figures; each is in the operator's list."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ari_app.ari import Stats
from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.attempt import AttemptOutcome
from ari_app.domain.invariants import Invariant
from ari_app.domain.pauses import PauseReason, Pauses
from ari_app.domain.recording import Reason as Flaw
from ari_app.domain.recording import Space
from ari_app.gauges import gauges
from ari_app.observed import Observed
from ari_app.store.journal import JournalState
from ari_app.web.metrics import Measured, MetricsPage
from tests.fakes.floor import Floor, a_queue, an_agent

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


class Auditor:
    """Found one broken invariant a minute ago, and could not look at another."""

    def __init__(self, floor: Floor) -> None:
        self.away = {Invariant.I2: "PostgreSQL does not answer"}
        self.checked_at = floor.clock.now() - timedelta(minutes=1)

    def counts(self) -> Mapping[str, int]:
        return {one.value: int(one is Invariant.I1) for one in Invariant}


def observed(floor: Floor, **other: Any) -> Observed:
    """An engine that serves the floor; everything else is there and well."""
    parts: dict[str, Any] = {
        "settings": SimpleNamespace(ari_apps=("hotline-0",), heartbeat_seconds=1.0),
        "clock": floor.clock,
        "journal": SimpleNamespace(state=JournalState(0, 0, 0, None, None, False)),
        "ari": SimpleNamespace(connected=frozenset({"hotline-0"}), stats=Stats(reconnects=2)),
        "heartbeat": SimpleNamespace(age=0.5),
        "wall": SimpleNamespace(view=SimpleNamespace(away_since=None)),
        "calls": SimpleNamespace(live={1: "a call"}, begun=7),
        "dispatcher": floor.dispatcher,
        "flows": SimpleNamespace(number=3, now=SimpleNamespace(version="0123456789ab")),
        "roster": floor.roster,
        "loop_lag": SimpleNamespace(lags=SimpleNamespace(p99=0.01, worst=0.2)),
        "auditor": Auditor(floor),
        "storm": SimpleNamespace(now=None),
        "recorder": SimpleNamespace(waiting=1, space=Space.LOW, flagged=Counter({Flaw.NO_FILE: 3})),
        "messages": SimpleNamespace(waiting=0),
        "followers": [SimpleNamespace(what="queue book", taken_up=4)],
        "outbound": SimpleNamespace(
            gate=SimpleNamespace(live=2, outcomes=Counter({AttemptOutcome.BUSY: 3})),
            desk=SimpleNamespace(due=5, in_line=1),
        ),
        "event_log": SimpleNamespace(loaded=10, damaged=1, read_until=None),
        "retention": SimpleNamespace(forgotten=0),
        "space": SimpleNamespace(level=Space.LOW, free_bytes=10, total_bytes=100),
    }
    return Observed(**cast(Any, {**parts, **other}))


def figures(seen: Observed) -> dict[str, Measured]:
    return {one.name: one for one in gauges(seen)}


@pytest.fixture
async def floor() -> Floor:
    return Floor(an_agent(8001), an_agent(8002), queues=(a_queue(), a_queue("billing")))


async def test_every_queue_says_who_waits_and_how_long(floor: Floor) -> None:
    async with floor.waiting(), floor.waiting():
        await asyncio.sleep(30)

        found = figures(observed(floor))

    assert found["queue_waiting"].values == {"orders": 2, "billing": 0}
    assert found["queue_longest_wait_seconds"].values == {"orders": 30.0, "billing": 0.0}


async def test_what_is_dialled_is_counted_by_its_outcome(floor: Floor) -> None:
    found = figures(observed(floor))

    assert found["outbound_attempts"].values["busy"] == 3
    assert found["outbound_attempts"].values["answered"] == 0
    assert [found[name].value for name in ("outbound_live", "callbacks_due")] == [2, 5]


async def test_who_talks_does_not_wait(floor: Floor) -> None:
    floor.log_in(8001)
    async with floor.waiting() as place:
        await place.agent()

        assert figures(observed(floor))["queue_waiting"].values["orders"] == 0


async def test_agents_are_counted_in_every_state_there_is(floor: Floor) -> None:
    floor.log_in(8001)

    states = figures(observed(floor))["agents"].values

    assert states == {state.value: 0 for state in AgentState} | {"ready": 1, "logged_out": 1}


async def test_a_pause_shows_when_it_is_past_its_limit_and_not_before(floor: Floor) -> None:
    limits = [PauseReason(Reason.LUNCH, "用餐", "Lunch", "2", 3600, is_work=False)]
    floor.roster.pauses = Pauses(limits)
    floor.log_in()
    floor.roster.ask(floor.seat(8001), AgentState.PAUSED, Reason.LUNCH)
    floor.roster.ask(floor.seat(8002), AgentState.PAUSED, Reason.BREAK)

    await asyncio.sleep(3600)
    before = figures(observed(floor))["pauses_overdue"].values
    await asyncio.sleep(1)
    after = figures(observed(floor))["pauses_overdue"].values

    assert set(before.values()) == {0}
    assert after == {**before, "lunch": 1}


async def test_what_is_wrong_shows(floor: Floor) -> None:
    away = JournalState(2, 5, 1, None, floor.clock.now() - timedelta(seconds=40), False)

    found = figures(observed(floor, journal=SimpleNamespace(state=away)))

    assert found["part_up"].values["database"] == 0
    assert found["journal_away_seconds"].value == 40
    assert (found["journal_spooled"].value, found["journal_rejected"].value) == (5, 1)
    assert found["invariant_broken"].values["I1"] == 1
    assert found["invariant_unchecked"].values["I2"] == 1
    assert found["recordings_flagged"].values["no_file"] == 3
    assert found["disk_level"].values["low"] == 1
    assert found["ari_reconnects"].value == 2
    assert found["changes_taken_up"].values == {"queue_book": 4}


async def test_callers_are_served_without_postgresql_but_not_without_asterisk(floor: Floor) -> None:
    seen = observed(floor)
    alone = replace(seen, ari=cast(Any, SimpleNamespace(connected=frozenset())))

    assert seen.health()["ready"] is seen.is_ready is True
    assert alone.health()["ready"] is alone.is_ready is False


async def test_words_of_labels_are_ours_or_the_configurations(floor: Floor) -> None:
    async with floor.waiting():
        labelled = {one.name: set(one.values) for one in gauges(observed(floor)) if one.label}

    assert labelled.pop("queue_waiting") == {"orders", "billing"}
    assert labelled.pop("queue_longest_wait_seconds") == {"orders", "billing"}
    assert all(re.fullmatch(r"\w+", word) for words in labelled.values() for word in words)


async def test_every_figure_is_in_the_operators_list(floor: Floor) -> None:
    text = MetricsPage(lambda: gauges(observed(floor))).text().decode()
    names = set(re.findall(r"^# TYPE (hotline_\w+)", text, re.M))

    rows = [row for row in OPERATIONS.read_text().splitlines() if row.startswith("| `hotline_")]

    assert names == {name for row in rows for name in re.findall(r"`(hotline_\w+)", row)}
