from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from ari_app.domain import facts as f
from ari_app.domain.call_end import EndedCall
from ari_app.domain.errors import NotFound
from ari_app.store import calls, fact_sql, seed
from ari_app.store.calls import CallFilter
from ari_app.store.db import Connection
from tests.integration.store.story import ARRIVED, Story


def end_of(story: Story, *, fallback: str = "", outcome: str = "") -> EndedCall:
    return EndedCall(
        call_id=story.call_id,
        arrived_at=story.arrived_at,
        ended_at=story.arrived_at + timedelta(seconds=30),
        caller="13900000001",
        dialled="95001",
        trunk="carrier",
        timeslot=None,
        flow="",
        hangup_cause=16,
        fallback=fallback,
        outcome=outcome,
    )


async def test_a_call_the_engine_never_saw_is_recorded_by_the_dialplan(db: Connection) -> None:
    story = Story()

    await calls.note_ended(db, end_of(story, fallback="dead", outcome="left_message"))

    call = await calls.find(db, story.call_id)
    assert (call.outcome, call.caller, call.flow) == ("left_message", "13900000001", None)


async def test_a_call_without_a_word_about_it_was_given_up_before_it_was_served(
    db: Connection,
) -> None:
    story = Story()

    await calls.note_ended(db, end_of(story))
    await calls.note_ended(db, end_of(story, outcome="talked"))

    assert (await calls.find(db, story.call_id)).outcome == "abandoned_in_flow"


@pytest.mark.parametrize(
    ("seconds_told", "outcome"), [(0, "abandoned_in_flow"), (10, "abandoned"), (20, "talked")]
)
async def test_the_dialplan_closes_what_a_dead_engine_left_open(
    db: Connection, seconds_told: int, outcome: str
) -> None:
    story = Story()
    known = ARRIVED + timedelta(seconds=seconds_told)
    await fact_sql.apply(db, [fact for fact in story.talked() if fact.at <= known])

    await calls.note_ended(db, end_of(story))

    call = await calls.find(db, story.call_id)
    assert (call.outcome, call.end_reason) == (outcome, "ended_while_away")


async def test_what_the_engine_says_later_wins(db: Connection) -> None:
    story = Story()
    await calls.note_ended(db, end_of(story, outcome="left_message"))

    await fact_sql.apply(db, [story.arrived(), story.ended()])
    await calls.note_ended(db, end_of(story, outcome="left_message"))

    call = await calls.find(db, story.call_id)
    assert (call.outcome, call.end_reason, call.flow) == ("talked", "caller_hung_up", "hotline")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_what_the_engine_saw_outdoes_what_the_event_log_says(
    db: Connection, order: tuple[int, int]
) -> None:
    story = Story()
    seen = story.ended()
    told = msgspec.structs.replace(seen, outcome=f.Outcome.FAILED, closed_by=f.ClosedBy.CEL)
    await fact_sql.apply(db, [story.arrived()])

    for which in order:
        await fact_sql.apply(db, [(seen, told)[which]])

    row = await db.fetchrow("SELECT outcome, closed_by FROM call")
    assert row is not None
    assert tuple(row) == ("talked", "engine")


async def test_a_step_that_comes_late_does_not_open_what_the_event_log_closed(
    db: Connection,
) -> None:
    story = Story()
    closed = msgspec.structs.replace(story.ended(), closed_by=f.ClosedBy.CEL)

    await fact_sql.apply(db, [story.arrived(), closed, story.placed(3)])

    assert await calls.open_calls(db, "node1") == []


async def test_a_call_is_open_until_the_engine_has_finished_with_it(db: Connection) -> None:
    story, elsewhere = Story(), Story()
    await fact_sql.apply(db, [story.arrived(), story.placed(1), story.placed(2, "orders")])
    await calls.note_ended(db, end_of(story))

    (place,) = await calls.open_calls(db, "node1")
    assert (place.flow_node, place.state, place.step) == ("orders", {"tries": 2}, 2)
    assert place.ended_at is not None
    assert await calls.open_calls(db, "node2") == []

    await fact_sql.apply(db, [elsewhere.arrived(), story.ended()])
    assert await calls.open_calls(db, "node1") == []


async def test_a_finished_call_tells_all_of_it_in_one_row(db: Connection) -> None:
    await seed.seed(db)
    story = Story()
    await fact_sql.apply(db, story.talked())

    call = await calls.find(db, story.call_id)

    assert (call.outcome, call.language, call.queues) == ("talked", "en", ["orders"])
    assert (call.agents, call.wait_seconds, call.talk_seconds) == ([1003], 10, 69)


async def test_an_unknown_call_is_not_found(db: Connection) -> None:
    with pytest.raises(NotFound):
        await calls.find(db, uuid4())
    assert await calls.timeline(db, uuid4()) == []


async def test_the_timeline_merges_everything_in_order(db: Connection) -> None:
    await seed.seed(db)
    story = Story()
    await fact_sql.apply(db, story.talked())

    moments = await calls.timeline(db, story.call_id)

    assert [moment.at for moment in moments] == sorted(moment.at for moment in moments)
    assert [(m.source, m.what) for m in moments][:4] == [
        ("event", "arrived"),
        ("queue_visit", "queued"),
        ("leg", "leg_started"),
        ("offer", "made"),
    ]
    assert {m.what for m in moments} >= {"timed_out", "accepted", "answered", "muted", "ended"}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (CallFilter(), 3),
        (CallFilter(agent_id=1003), 1),
        (CallFilter(outcome="talked"), 2),
        (CallFilter(is_live=True), 1),
        (CallFilter(caller="13900000001", dialled="95001"), 3),
        (CallFilter(since=ARRIVED, until=ARRIVED + timedelta(hours=1)), 1),
    ],
)
async def test_recent_calls_pass_through_filters(
    db: Connection, filters: CallFilter, found: int
) -> None:
    later = Story(ARRIVED + timedelta(hours=1))
    live = Story(ARRIVED + timedelta(hours=2))
    await fact_sql.apply(db, [*Story().talked(), later.arrived(), later.ended(), live.arrived()])

    calls_found = await calls.recent(db, filters=filters)

    assert len(calls_found) == found
    arrivals = [call.arrived_at for call in calls_found]
    assert arrivals == sorted(arrivals, reverse=True)


async def test_an_event_of_an_agent_names_it(db: Connection) -> None:
    story = Story()
    await fact_sql.apply(db, [story.happened(f.EventType.OFFERED, agent=1001, queue="orders")])

    (moment,) = await calls.timeline(db, story.call_id)

    assert (moment.agent_id, moment.detail) == (1001, {"agent": 1001, "queue": "orders"})
