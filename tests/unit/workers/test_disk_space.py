import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ari_app.domain.recording import Space
from ari_app.workers.disk_space import DiskSpace, SpaceLimits

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class StoppedClock:
    passed = 0.0

    def now(self) -> datetime:
        return NOON

    def monotonic(self) -> float:
        return self.passed


async def test_a_change_of_level_is_told_once(tmp_path: Path) -> None:
    told: list[Space] = []
    limits = SpaceLimits(low=1.01, critical=0.0)  # any disk is below 101 % free
    space = DiskSpace(tmp_path, StoppedClock(), limits, lambda level, share: told.append(level))

    await space.probe()
    await space.probe()

    assert told == [Space.LOW]
    assert not space.was_full_since(NOON)


async def test_a_folder_that_cannot_be_reached_counts_as_full(tmp_path: Path) -> None:
    space = DiskSpace(tmp_path / "gone", StoppedClock())

    assert await space.probe() is Space.FULL
    assert space.was_full_since(NOON)
    assert not space.was_full_since(NOON + timedelta(seconds=1))


async def test_little_room_is_an_alarm_in_the_log_and_its_end_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "recordings"
    space = DiskSpace(folder, StoppedClock())
    await space.probe()
    folder.mkdir()

    await space.probe()

    said = [record for record in caplog.records if record.msg.startswith("space")]
    assert [record.levelno for record in said] == [logging.ERROR, logging.WARNING]
    assert space.free_bytes


async def test_room_is_not_known_before_the_first_look(tmp_path: Path) -> None:
    space = DiskSpace(tmp_path, StoppedClock())

    assert (space.free_bytes, space.total_bytes) == (None, None)


async def test_a_look_of_a_moment_ago_is_one(tmp_path: Path) -> None:
    folder, clock = tmp_path / "recordings", StoppedClock()
    space = DiskSpace(folder, clock)
    assert await space.probe(seen_within=1.0) is Space.FULL
    folder.mkdir()

    clock.passed = 0.9
    assert await space.probe(seen_within=1.0) is Space.FULL
    clock.passed = 1.1
    assert await space.probe(seen_within=1.0) is Space.OK
