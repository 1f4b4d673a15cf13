from datetime import timedelta
from uuid import uuid4

import pytest

from ari_app.domain import facts as f
from ari_app.domain.recording import IndexedRecording, Reason, RecordingState
from ari_app.store import fact_sql, recordings, seed
from ari_app.store.db import Connection
from ari_app.store.recordings import RecordingFilter
from tests.integration.store.story import ARRIVED, Story


def file_of(story: Story, sha256: str = "a" * 64) -> IndexedRecording:
    return IndexedRecording(
        call_id=story.call_id,
        arrived_at=story.arrived_at,
        state=RecordingState.FINALISED,
        reasons=(Reason.MUTED_GAP,),
        path=f"2026/03/05/{story.call_id}.wav",
        sha256=sha256,
        bytes=1000,
        seconds=88.5,
    )


async def test_a_call_has_one_row_however_often_it_is_indexed(db: Connection) -> None:
    story = Story()

    await recordings.index(db, file_of(story))
    await recordings.index(db, file_of(story, sha256="b" * 64))

    (found,) = await recordings.search(db, RecordingFilter())
    assert (found.sha256, found.state, found.reasons) == ("b" * 64, "finalised", ["muted_gap"])


async def test_a_flag_never_hides_a_file(db: Connection) -> None:
    story = Story()
    flag = (story.call_id, story.arrived_at, RecordingState.MISSING, (Reason.NO_FILE,))

    await recordings.flag(db, *flag)
    assert not await recordings.is_indexed(db, story.call_id)
    await recordings.index(db, file_of(story))
    await recordings.flag(db, *flag)

    assert await recordings.is_indexed(db, story.call_id)


async def test_the_sweep_learns_when_a_call_was_to_be_recorded(db: Connection) -> None:
    story = Story()
    other = uuid4()
    assert await recordings.times(db, [story.call_id, other]) == {}
    await fact_sql.apply(db, story.talked())

    ((known, times),) = (await recordings.times(db, [story.call_id, other])).items()

    assert known == story.call_id
    assert times.started_at == ARRIVED + timedelta(seconds=1)
    assert (times.ended_at, times.was_muted) == (ARRIVED + timedelta(seconds=90), True)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (RecordingFilter(number="13900000001"), True),
        (RecordingFilter(number="95001"), True),
        (RecordingFilter(number="10086"), False),
        (RecordingFilter(agent_id=1003), True),
        (RecordingFilter(agent_id=1001), False),
        (RecordingFilter(trunk="carrier", timeslot=7), True),
        (RecordingFilter(trunk="carrier", timeslot=8), False),
        (RecordingFilter(since=ARRIVED, until=ARRIVED + timedelta(seconds=1)), True),
        (RecordingFilter(until=ARRIVED), False),
    ],
)
async def test_recordings_are_found_by_what_is_known_of_the_call(
    db: Connection, filters: RecordingFilter, found: bool
) -> None:
    await seed.seed(db)
    story = Story()
    await fact_sql.apply(db, story.talked())
    await recordings.index(db, file_of(story))

    result = await recordings.search(db, filters)

    assert [row.call_id for row in result] == ([story.call_id] if found else [])
    assert all(row.queues == ["orders"] for row in result)


async def test_a_recording_shows_in_the_call(db: Connection) -> None:
    story = Story()
    await fact_sql.apply(db, [story.arrived(), story.happened(f.EventType.ARRIVED)])
    await recordings.index(db, file_of(story))

    row = await db.fetchrow("SELECT recording_state, recording_seconds FROM v_call")

    assert row is not None
    assert tuple(row) == ("finalised", 88.5)
