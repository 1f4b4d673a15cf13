"""Attempts and callbacks in a real database: one owner at a time, whatever is told twice."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from ari_app.domain.attempt import AttemptOutcome, CallbackEnd, Purpose
from ari_app.domain.facts import CallArrived, CallbackBooked, Fact, QueueEntered
from ari_app.domain.outbound_facts import (
    AttemptEnded,
    AttemptMade,
    CallbackClosed,
    CallbackPutOff,
)
from ari_app.store import attempts, callbacks, fact_sql
from ari_app.store.db import Connection

NOW = datetime.now(UTC).replace(microsecond=0)
NUMBER = "13800138000"


class Story:
    """A callback in the line of `orders`, and what is told of it."""

    def __init__(self, db: Connection, queue: UUID) -> None:
        self.db, self.queue = db, queue
        self.callback, self.booking = uuid4(), uuid4()
        self.key: dict[str, Any] = {"call_id": uuid4(), "arrived_at": NOW, "at": NOW}

    async def tell(self, *facts: Fact) -> None:
        """Twice, as a journal may."""
        for _ in range(2):
            await fact_sql.apply(self.db, facts)

    async def book(self) -> None:
        await self.tell(
            CallbackBooked(
                **{**self.key, "call_id": self.booking},
                callback_id=self.callback,
                number=NUMBER,
                due_at=NOW,
                queue_id=self.queue,
                place_since=NOW - timedelta(minutes=9),
                language="en",
            )
        )

    def made(self, attempt: UUID) -> AttemptMade:
        return AttemptMade(
            **self.key,
            attempt_id=attempt,
            leg_id=f"{attempt}-c1",
            node="node1",
            purpose=Purpose.CALLBACK,
            number=f"+86{NUMBER}",
            shown="95001",
            trunk="world",
            callback_id=self.callback,
        )

    def ended(self, attempt: UUID, outcome: AttemptOutcome) -> AttemptEnded:
        return AttemptEnded(**self.key, attempt_id=attempt, outcome=outcome, cause=17)

    async def row(self) -> dict[str, Any]:
        row = await self.db.fetchrow(
            "SELECT * FROM v_callback WHERE callback_id = $1", self.callback
        )
        return dict(row) if row else {}

    def arrived(self, call_id: UUID, callback_id: UUID | None = None) -> CallArrived:
        return CallArrived(
            **{**self.key, "call_id": call_id},
            node="node1",
            caller=NUMBER,
            dialled="95001",
            flow="hotline",
            language="zh",
            callback_id=callback_id,
        )

    def queued(self, call_id: UUID) -> QueueEntered:
        later = NOW + timedelta(minutes=1)
        key: dict[str, Any] = {"call_id": call_id, "arrived_at": NOW, "at": later}
        return QueueEntered(**key, visit_id=uuid4(), queue_id=self.queue, place_since=NOW)


@pytest.fixture
async def story(db: Connection) -> Story:
    queue = uuid4()
    insert = "INSERT INTO queue (id, name, title_zh, title_en) VALUES ($1, 'callers', 'q', 'q')"
    await db.execute(insert, queue)
    story = Story(db, queue)
    await story.book()
    return story


async def test_what_is_due_is_told_in_the_order_of_the_places(story: Story) -> None:
    found = [one for one in await callbacks.due(story.db) if one.id == story.callback]

    (one,) = found
    assert (one.number, one.place_since, one.language, one.tries) == (
        NUMBER,
        NOW - timedelta(minutes=9),
        "en",
        0,
    )


async def test_an_attempt_claims_its_callback_and_no_second_one_does(story: Story) -> None:
    first, second = uuid4(), uuid4()

    await story.tell(story.made(first))
    await story.tell(story.made(second))

    assert await attempts.is_made(story.db, first)
    assert not await attempts.is_made(story.db, second)
    row = await story.row()
    assert (row["state"], row["tries"]) == ("claimed", 1)


async def test_what_is_put_off_is_due_again_and_told_late_it_claims_nothing(story: Story) -> None:
    first = uuid4()
    later = NOW + timedelta(minutes=15)
    busy = story.ended(first, AttemptOutcome.BUSY)

    await story.tell(story.made(first), busy)
    await story.tell(CallbackPutOff(at=NOW, callback_id=story.callback, due_at=later))
    await story.tell(story.made(first), busy)

    row = await story.row()
    assert (row["state"], row["tries"], row["due_at"]) == ("due", 1, later)
    assert row["last_outcome"] == "busy"
    assert not await attempts.is_made(story.db, first)


async def test_one_that_was_cancelled_is_claimed_by_nobody(story: Story) -> None:
    assert await callbacks.cancel(story.db, story.callback, who="tester", why="came in person")
    attempt = uuid4()

    await story.tell(story.made(attempt))
    await story.tell(CallbackPutOff(at=NOW, callback_id=story.callback, due_at=NOW))

    assert not await attempts.is_made(story.db, attempt)
    row = await story.row()
    assert (row["state"], row["reason"]) == ("cancelled", "came in person")
    assert not await callbacks.cancel(story.db, story.callback, who="tester", why="again")


@pytest.mark.parametrize("is_dialled", [False, True])
async def test_who_waits_in_the_line_after_all_is_not_called(
    story: Story, *, is_dialled: bool
) -> None:
    if is_dialled:
        await story.tell(story.made(uuid4()))
    call = uuid4()

    await story.tell(story.arrived(call), story.queued(call))

    row = await story.row()
    assert (row["state"], row["closed_by_call"]) == ("cancelled", call)


async def test_our_own_call_makes_nothing_needless(story: Story) -> None:
    ours = uuid4()

    await story.tell(story.arrived(ours, story.callback), story.queued(ours))

    assert (await story.row())["state"] == "due"
    shown = await story.db.fetchrow(
        "SELECT direction, called_back_for FROM v_call WHERE call_id = $1", ours
    )
    assert shown is not None
    assert dict(shown) == {"direction": "outbound", "called_back_for": story.booking}


async def test_the_first_end_counts(story: Story) -> None:
    key: dict[str, Any] = {"at": NOW, "callback_id": story.callback}

    await story.tell(CallbackClosed(**key, end=CallbackEnd.DONE, reason="talked"))
    await story.tell(CallbackClosed(**key, end=CallbackEnd.GIVEN_UP, reason="busy"))

    row = await story.row()
    assert (row["state"], row["reason"]) == ("done", "talked")


async def test_refused_attempts_do_not_count_against_a_number(story: Story) -> None:
    first, second = uuid4(), uuid4()
    await story.tell(story.made(first), story.ended(first, AttemptOutcome.BUSY))
    await story.tell(story.made(second), story.ended(second, AttemptOutcome.REFUSED))

    made = await attempts.made_since(story.db, NOW - timedelta(days=1))

    assert made.count((f"+86{NUMBER}", NOW)) >= 1
    opened = {one.id for one in await attempts.open_attempts(story.db, "node1")}
    assert not opened & {first, second}
