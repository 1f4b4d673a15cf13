"""Surveys, spoken records and chosen times of callbacks, from facts to figures."""

from uuid import UUID

import msgspec

from ari_app.domain import facts as f
from ari_app.store import fact_sql, seed
from ari_app.store.db import Connection
from tests.integration.store.story import Story

RECORD = UUID(int=7)


def answer(story: Story, dimension: str, key: str, at: float = 92) -> f.SurveyAnswered:
    return f.SurveyAnswered(
        **story.key(at),
        answer_id=story.id(f"survey/{dimension}"),
        survey="after_call",
        dimension=dimension,
        key=key,
        score=int(key) if key.isdecimal() else None,
    )


async def test_answers_become_figures_with_queue_and_agent_and_the_first_counts(
    db: Connection,
) -> None:
    await seed.seed(db)
    happy, cross = Story(), Story()
    await fact_sql.apply(db, [*happy.talked(), answer(happy, "timeliness", "5")])
    await fact_sql.apply(
        db,
        [*cross.talked(), answer(cross, "timeliness", "2"), answer(cross, "timeliness", "*")],
    )
    await fact_sql.apply(db, [answer(happy, "timeliness", "1")])  # told again, and differently

    (row,) = await db.fetch("SELECT * FROM report_survey")

    assert (row["queue"], row["agent_id"], row["dimension"]) == ("orders", 1003, "timeliness")
    assert (row["answers"], row["scored"], float(row["mean_score"])) == (2, 2, 3.5)
    assert (row["satisfied"], float(row["satisfied_percent"])) == (1, 50.0)


async def test_an_answer_without_a_talk_is_counted_without_agent(db: Connection) -> None:
    story = Story()

    await fact_sql.apply(db, [story.arrived(), answer(story, "solved", "*")])

    (row,) = await db.fetch("SELECT * FROM report_survey")
    assert (row["agent_id"], row["answers"], row["scored"]) == (None, 1, 0)
    assert row["satisfied_percent"] is None


async def test_the_parts_of_a_spoken_record_are_one_row(db: Connection) -> None:
    story = Story()
    parts = [
        f.MessageLeft(
            **story.key(at),
            message_id=story.id(part),
            mailbox="hotline",
            name=f"{story.call_id}-{at}",
            seconds=seconds,
            caller="139",
            language="zh",
            record_id=RECORD,
            record="order",
            part=part,
        )
        for part, at, seconds in (("who", 10, 4.0), ("what", 30, 11.5))
    ]

    await fact_sql.apply(db, [story.arrived(), *reversed(parts)])

    (row,) = await db.fetch("SELECT * FROM v_spoken_record")
    assert (row["record_id"], row["record"], row["parts"]) == (RECORD, "order", ["who", "what"])
    assert (row["seconds"], row["not_heard"]) == (15.5, 2)


async def test_a_callback_may_have_an_end(db: Connection) -> None:
    story = Story()
    until = story.key(3600)["at"]
    booked = f.CallbackBooked(
        **story.key(), callback_id=UUID(int=1), number="139", due_at=story.arrived_at,
        due_until=until,
    )  # fmt: skip

    await fact_sql.apply(db, [booked])

    assert await db.fetchval("SELECT due_until FROM callback") == until


async def test_facts_of_before_are_still_read(db: Connection) -> None:
    """A spool of an earlier version knows nothing of records."""
    story = Story()
    old = msgspec.to_builtins(
        f.MessageLeft(
            **story.key(), message_id=UUID(int=2), mailbox="hotline", name="x", seconds=1.0,
            caller="139", language="zh",
        )
    )  # fmt: skip
    for new in ("record_id", "record", "part"):
        del old[new]

    await fact_sql.apply(db, [f.decode(msgspec.json.encode(old))])

    assert await db.fetchval("SELECT count(*) FROM message WHERE record IS NULL") == 1
