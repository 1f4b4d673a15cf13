"""What waiting is like for real callers: ways out of it, and what queues do by themselves."""

import pytest

from ari_app.lab.lab import soon
from tests.lab.hotline import CLOSE_ORDERS, OPEN_ORDERS, Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOOKS = "15900000041"
TO_SUPPORT = '[{"by": "wait", "over": 2, "to": {"kind": "queue", "name": "support"}}]'


async def test_who_does_not_want_to_wait_is_called_back_at_the_place_in_line(
    hotline: Hotline,
) -> None:
    first, _ = await hotline.in_talk("1001")
    second = await hotline.arrive("11", caller=BOOKS)
    await hotline.book_callback(second)
    await hotline.hang_up(first)

    record = await hotline.record_of(second)
    assert record["outcome"] == "callback_booked"
    visit = await hotline.row(
        "SELECT how, place_since FROM queue_visit WHERE call_id = $1", record["call_id"]
    )
    booked = await hotline.row("SELECT * FROM callback WHERE number = $1", BOOKS)
    assert visit["how"] == "callback"
    assert (booked["place_since"], booked["state"]) == (visit["place_since"], "due")


async def test_an_overflow_that_was_just_set_sends_on_who_waits(hotline: Hotline) -> None:
    first, _ = await hotline.in_talk("1001")
    await hotline.login("1002")
    support = hotline.answering("1002", 740)
    second = await hotline.arrive("11")
    await second.until_heard("zh/all-agents-busy", within=20)

    change = f"UPDATE queue SET overflow = '{TO_SUPPORT}' WHERE name = 'orders'"
    async with hotline.changed(change, "UPDATE queue SET overflow = '[]'"):
        await soon(support, 20, "agent 1002 of support answers")
        await second.until_heard("tone 740", within=10)
    await hotline.hang_up(second, first)

    record = await hotline.record_of(second)
    assert record["queues"] == ["orders", "support"]
    places = await hotline.row(
        "SELECT count(DISTINCT place_since) AS count, min(how) AS how FROM queue_visit"
        " WHERE call_id = $1",
        record["call_id"],
    )
    assert places == {"count": 1, "how": "overflow"}


async def test_a_queue_that_is_closed_says_so_and_takes_a_message(hotline: Hotline) -> None:
    await hotline.login("1001")
    async with hotline.changed(CLOSE_ORDERS, OPEN_ORDERS):
        caller = await hotline.arrive("11")
        await caller.until_heard("zh/closed-hours", within=10)
        await caller.until_heard("zh/leave-message-after-tone", within=10)
    await hotline.hang_up(caller)

    record = await hotline.record_of(caller)
    assert (record["visits"], record["offers"]) == (0, 0)  # and the agent's phone was silent
