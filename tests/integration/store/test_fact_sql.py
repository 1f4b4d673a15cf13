"""Repeating and reordering facts changes nothing."""

from collections.abc import Sequence

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain import facts as f
from ari_app.store import fact_sql, seed
from ari_app.store.db import Connection
from ari_app.store.fact_sql import procedure
from tests.integration.drawn import drawn
from tests.integration.store.story import ARRIVED, Story, moved, wished

TABLES = (
    *("call", "leg", "call_event", "call_place", "queue_visit", "offer", "recording_gap"),
    *("agent_state", "agent_presence", "agent_wish", "message", "callback"),
)


async def rows(db: Connection) -> dict[str, list[str]]:
    return {
        table: sorted(str(tuple(row)) for row in await db.fetch(f"SELECT * FROM {table}"))
        for table in TABLES
    }


async def tell(db: Connection, facts: Sequence[f.Fact], *, batch: int = 1) -> None:
    for start in range(0, len(facts), batch):
        await fact_sql.apply(db, facts[start : start + batch])


async def told(db: Connection, facts: Sequence[f.Fact], *, batch: int = 1) -> dict[str, list[str]]:
    """The rows these facts alone would leave."""
    transaction = db.transaction()
    await transaction.start()
    try:
        await tell(db, facts, batch=batch)
        return await rows(db)
    finally:
        await transaction.rollback()


def whole_story(story: Story) -> list[f.Fact]:
    return [
        *story.talked(),
        *(moved(1001, version, "ready") for version in (1, 2, 3)),
        *(wished(1001, 2, "paused", at=second) for second in (1, 2)),
        *(wished(1001, 3, state, at=second) for second, state in ((1, "logged_out"), (2, None))),
        f.MessageLeft(
            **story.key(60),
            message_id=story.id("message"),
            mailbox="hotline",
            name=f"voicemail/{story.call_id}-1",
            seconds=4.5,
            caller="139",
            language="zh",
        ),
        f.WaitEstimated(
            **story.key(10),
            visit_id=story.visit_id,
            queue_id=story.queue_id,
            estimate={"mean": 30.0, "bound": 40.0, "is_sure": True, "views": [30.0, 9.0, 1.0]},
        ),
        f.WaitPromised(
            **story.key(14), visit_id=story.visit_id, queue_id=story.queue_id, seconds=59.0
        ),
        f.CallbackBooked(
            **story.key(70),
            callback_id=story.id("callback"),
            number="139",
            due_at=ARRIVED,
        ),
    ]


def in_order(facts: Sequence[f.Fact], order: Sequence[int]) -> list[f.Fact]:
    """As drawn, but no offer is made before the one before it has ended."""
    mixed = [facts[index] for index in order]
    second = [fact for fact in mixed if isinstance(fact, f.OfferMade) and fact.agent_id == 1003]
    return [fact for fact in mixed if fact not in second] + second


@pytest.fixture
async def seeded(db: Connection) -> Connection:
    await seed.seed(db)
    return db


async def test_every_fact_has_its_statement() -> None:
    assert {statement.fact for statement in fact_sql.STATEMENTS} == set(f.Fact.__args__)


async def test_a_whole_story_twice_in_one_batch_is_the_story(seeded: Connection) -> None:
    facts = whole_story(Story())

    once = await told(seeded, facts)

    assert await told(seeded, [*facts, *facts], batch=1000) == once
    assert await told(seeded, [*facts, *facts]) == once


@given(st.data(), st.sampled_from([1, 3, 50]))
@drawn(25)
async def test_any_order_with_repeats_leaves_the_same_rows(
    seeded: Connection, data: st.DataObject, batch: int
) -> None:
    facts = whole_story(Story())
    every = range(len(facts))
    order = data.draw(st.permutations([*every, *data.draw(st.sets(st.sampled_from(every)))]))

    mixed = await told(seeded, in_order(facts, order), batch=batch)

    assert mixed == await told(seeded, facts)


async def test_a_saved_step_that_comes_after_the_end_is_not_kept(seeded: Connection) -> None:
    story = Story()
    await tell(seeded, [story.arrived(), story.placed(3), story.placed(2)])

    assert await seeded.fetchval("SELECT step FROM call_place") == 3
    await tell(seeded, [story.ended(), story.placed(4)])
    assert await seeded.fetchval("SELECT count(*) FROM call_place") == 0


async def test_the_first_end_and_the_first_result_count(seeded: Connection) -> None:
    story = Story()
    await tell(seeded, [story.offer(1, 1001), story.ended(at=90)])

    await tell(
        seeded,
        [
            story.offer_ended(1, 1001, f.OfferResult.ACCEPTED),
            story.offer_ended(1, 1001, f.OfferResult.TIMED_OUT),
            story.ended(at=95, outcome=f.Outcome.FAILED),
        ],
    )

    assert await seeded.fetchval("SELECT result FROM offer") == "accepted"
    assert await seeded.fetchval("SELECT outcome FROM call") == "talked"


async def test_an_agent_has_one_live_offer_and_so_has_a_call(seeded: Connection) -> None:
    story, other = Story(), Story()
    await tell(seeded, [story.offer(1, 1001)])

    for second in (other.offer(1, 1001), story.offer(2, 1002)):
        with pytest.raises(asyncpg.UniqueViolationError):
            async with seeded.transaction():
                await tell(seeded, [second])


async def test_a_number_is_called_back_once_for_a_queue_at_its_first_place(db: Connection) -> None:
    story = Story()

    await tell(
        db,
        [
            f.CallbackBooked(
                **story.key(at),
                callback_id=story.id(f"callback/{at}"),
                number="13900000001",
                due_at=story.key(at)["at"],
                queue_id=story.queue_id,
                place_since=story.key(at)["at"],
                language="zh",
            )
            for at in (10, 20)
        ],
    )

    row = await db.fetchrow("SELECT count(*) AS count, min(place_since) AS since FROM callback")
    assert row is not None
    assert (row["count"], row["since"]) == (1, story.key(10)["at"])


async def test_a_batch_in_one_round_trip_leaves_the_same_rows(seeded: Connection) -> None:
    facts = whole_story(Story())
    one_by_one = await told(seeded, facts)

    await seeded.execute(procedure.definition(fact_sql.STATEMENTS))
    await seeded.fetchval(procedure.CALL, procedure.argument(facts), None, None, True)

    assert await rows(seeded) == one_by_one


async def test_a_batch_without_the_lease_leaves_nothing(seeded: Connection) -> None:
    await seeded.execute(procedure.definition(fact_sql.STATEMENTS))

    told = procedure.argument(Story().talked())
    written = await seeded.fetchval(procedure.CALL, told, "somebody else's", 1, True)

    assert written is False
    assert not any((await rows(seeded)).values())


async def test_events_that_a_batch_tells_twice_are_written_once(seeded: Connection) -> None:
    story = Story()
    first, second = (story.happened(f.EventType.ENTERED_NODE, at) for at in range(2))
    await seeded.execute(procedure.definition(fact_sql.STATEMENTS))

    for batch in ([first, second, first], [second, first]):
        await seeded.fetchval(procedure.CALL, procedure.argument(batch), None, None, True)

    assert await seeded.fetchval("SELECT count(*) FROM call_event") == 2
