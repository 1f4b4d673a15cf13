"""Who calls, who talked with them last, and what a lost call leaves behind."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from ari_app.domain import facts as f
from ari_app.domain.acd.past import NO_PAST, LastStay, Past, Talk
from ari_app.domain.closing import owed
from ari_app.domain.route import Customer
from ari_app.domain.witness import CallKey
from ari_app.store import callers, fact_sql, seed
from ari_app.store.db import Connection
from tests.integration.store.story import Story

CALLER = "13900000001"
NOW = datetime.now(UTC).replace(microsecond=0)


def a_story(minutes_ago: float = 10) -> Story:
    return Story(NOW - timedelta(minutes=minutes_ago))


async def past_of(db: Connection, caller: str = CALLER) -> Past:
    _, found = await callers.met(db, call_id=uuid4(), dialled="95001", caller=caller)
    return found


def lost(story: Story, at: float, reason: f.EndReason = f.EndReason.TRUNK_LOST) -> f.CallEnded:
    return f.CallEnded(**story.key(at), outcome=f.Outcome.ABANDONED, end_reason=reason)


async def test_a_number_that_never_called_has_no_past(db: Connection) -> None:
    assert await past_of(db) == NO_PAST


async def test_who_talked_with_the_number_last_is_found(db: Connection) -> None:
    before, latest = a_story(60), a_story(30)
    await fact_sql.apply(db, before.talked())
    await fact_sql.apply(db, [latest.arrived(), *latest.agent_leg(1, 1002), latest.ended()])

    found = await past_of(db)

    assert found.last == Talk(1002, latest.key(20)["at"])


async def test_who_talked_with_another_number_of_the_customer_is_found(db: Connection) -> None:
    await seed.seed(db)
    story, mobile = a_story(), "13600000001"
    id = await db.fetchval(
        "INSERT INTO customer (name, tier, preferred_agent) VALUES ('x', 'gold', 1004) RETURNING id"
    )
    await db.execute("INSERT INTO customer_phone (customer_id, number) VALUES ($1, $2)", id, mobile)
    arrived = msgspec.structs.replace(story.arrived(), customer_id=id)
    await fact_sql.apply(db, [arrived, *story.agent_leg(1, 1002)])

    customer, found = await callers.met(db, call_id=uuid4(), dialled="95001", caller=mobile)

    assert customer == Customer(id, "gold", None, 1004)
    assert (found.preferred, found.last) == (1004, Talk(1002, story.key(20)["at"]))


async def test_a_call_lost_while_waiting_leaves_its_places(db: Connection) -> None:
    story = a_story()
    left = story.left_queue(40, f.VisitResult.ABANDONED)
    await fact_sql.apply(db, [story.arrived(), story.queued(), left, lost(story, 40)])

    stay = (await past_of(db)).stay

    since, ended = story.key(10)["at"], story.key(40)["at"]
    assert stay == LastStay({story.queue_id: since}, ended, f.EndReason.TRUNK_LOST)
    assert await past_of(db, "10086") == NO_PAST
    _, itself = await callers.met(db, call_id=story.call_id, dialled="95001", caller=CALLER)
    assert itself.stay is None


async def test_of_a_number_that_calls_all_the_time_only_the_last_calls_are_looked_at(
    db: Connection,
) -> None:
    story = a_story(30)
    left = story.left_queue(40, f.VisitResult.ABANDONED)
    await fact_sql.apply(db, [story.arrived(), story.queued(), left, lost(story, 40)])
    for number in range(callers.MOST_CALLS - 1):
        later = a_story(20 - number / 2)
        await fact_sql.apply(db, [later.arrived(), later.ended()])
    assert (await past_of(db)).stay is not None

    await fact_sql.apply(db, [a_story(1).arrived()])

    assert (await past_of(db)).stay is None


async def test_a_call_lost_in_a_talk_names_the_agent(db: Connection) -> None:
    story = a_story()
    facts = (fact for fact in story.talked() if not isinstance(fact, f.CallEnded))
    await fact_sql.apply(db, [*facts, lost(story, 89)])

    stay = (await past_of(db)).stay

    assert stay is not None
    assert (stay.agent, stay.was_cut_off) == (1003, True)


@pytest.mark.parametrize("seconds", [2, 200])
async def test_a_call_lost_after_its_talk_or_its_wait_has_nothing_to_keep(
    db: Connection, seconds: float
) -> None:
    talked, left = a_story(20), a_story(10)
    facts = [fact for fact in talked.talked() if not isinstance(fact, f.CallEnded)]
    await fact_sql.apply(db, [*facts, lost(talked, 89 + seconds)])
    assert (await past_of(db)).stay is None

    way_out = left.left_queue(40, f.VisitResult.FLOWED_OUT)
    await fact_sql.apply(db, [left.arrived(), left.queued(), way_out, lost(left, 40 + seconds)])
    assert (await past_of(db)).stay is None


async def test_a_call_back_owed_for_a_lost_call_is_needless_when_the_person_calls_again(
    db: Connection,
) -> None:
    before, again = a_story(20), a_story(10)
    key = CallKey(before.call_id, before.arrived_at)
    later = owed(CallKey(uuid4(), NOW), CALLER, NOW)

    await fact_sql.apply(db, [again.arrived(), owed(key, CALLER, before.arrived_at), later])

    rows = await db.fetch("SELECT * FROM callback ORDER BY booked_at")
    assert [row["state"] for row in rows] == ["cancelled", "due"]
    assert (rows[0]["closed_by_call"], rows[0]["closed_at"]) == (again.call_id, again.arrived_at)


async def test_a_booked_call_back_keeps_its_place_until_the_person_waits_after_all(
    db: Connection,
) -> None:
    before, again = a_story(20), a_story(10)
    booked = f.CallbackBooked(
        **before.key(30),
        callback_id=before.id("callback"),
        number=CALLER,
        due_at=NOW,
        queue_id=before.queue_id,
        place_since=before.arrived_at,
    )
    await fact_sql.apply(db, [booked, again.arrived()])
    assert (await past_of(db)).callbacks == {before.queue_id: before.arrived_at}

    await fact_sql.apply(db, [again.queued()])

    assert (await past_of(db)).callbacks == {}
    row = await db.fetchrow("SELECT state, closed_by_call FROM callback")
    assert row is not None
    assert tuple(row) == ("cancelled", again.call_id)


async def test_a_past_survives_being_saved(db: Connection) -> None:
    story = a_story()
    left = story.left_queue(40, f.VisitResult.ABANDONED)
    await fact_sql.apply(db, [story.arrived(), story.queued(), left, lost(story, 40)])
    found = await past_of(db)

    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(found)), Past) == found
