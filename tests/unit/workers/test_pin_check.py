"""PINs are counted before they are judged, and never told to anybody."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from ari_app.domain.errors import Conflict, Unavailable
from ari_app.domain.pin import Verdict, hashed
from ari_app.workers.pin_check import PinCheck
from tests.fakes.clock import LoopClock

RIGHT, WRONG, LOCKED = Verdict.RIGHT, Verdict.WRONG, Verdict.LOCKED


class Tables:
    """The rows of one agent, as store/pins.py reads and writes them."""

    def __init__(self) -> None:
        self.pin_hash: str | None = hashed("4839", b"salt", cost=4)
        self.tries: dict[str, Any] = {"wrong": None, "locks": None, "locked_until": None}
        self.trail: list[tuple[Any, ...]] = []
        self.fails_at = 0  # the question that PostgreSQL does not answer any more
        self.asked = 0

    async def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        self.asked += 1
        if self.asked == self.fails_at:
            raise Unavailable("PostgreSQL: away")
        return await question(self)

    async def fetchrow(self, _: str, *__: object) -> dict[str, Any]:
        return {"pin_hash": self.pin_hash, **self.tries}

    async def fetchval(self, _: str, agent_id: int, *values: Any) -> int | None:
        wrong, locks, until, *before = values
        if [self.tries["wrong"] or 0, self.tries["locks"] or 0] != before:
            return None
        self.tries = {"wrong": wrong, "locks": locks, "locked_until": until}
        return agent_id

    async def execute(self, query: str, *values: Any) -> str:
        if "audit" in query:
            self.trail.append(values)
        else:
            self.tries = dict.fromkeys(self.tries)
        return ""


@pytest.fixture
def tables() -> Tables:
    return Tables()


@pytest.fixture
async def check(tables: Tables) -> PinCheck:
    ask: Any = tables.ask
    return PinCheck(ask, LoopClock())


async def verdicts(check: PinCheck, *pins: str) -> list[Verdict]:
    return [await check.judge(1001, pin, "p1001") for pin in pins]


async def minutes_left(check: PinCheck) -> int:
    """Hashing takes a moment of real time."""
    return round(await check.lock_left(1001) / timedelta(minutes=1))


async def test_three_wrong_pins_lock_and_then_the_right_one_is_not_looked_at(
    check: PinCheck,
) -> None:
    assert await verdicts(check, "1111", "2222", "3333", "4839") == [WRONG, WRONG, LOCKED, LOCKED]
    assert await minutes_left(check) == 5


async def test_the_right_pin_forgives_the_wrong_ones(check: PinCheck) -> None:
    assert await verdicts(check, "1", "2", "4839", "1", "2", "4839") == [
        WRONG, WRONG, RIGHT, WRONG, WRONG, RIGHT,
    ]  # fmt: skip


async def test_when_the_lock_is_over_the_next_one_lasts_longer(check: PinCheck) -> None:
    await verdicts(check, "1", "2", "3")
    await asyncio.sleep(300)

    await verdicts(check, "1", "2", "3")

    assert await minutes_left(check) == 10


async def test_a_try_counts_even_if_we_die_before_it_is_judged(
    check: PinCheck, tables: Tables
) -> None:
    tables.fails_at = 3  # read, counted, and then nothing is ever written again

    with pytest.raises(Unavailable):
        await check.judge(1001, "1111", "p1001")

    assert tables.tries["wrong"] == 1


async def test_two_phones_that_try_at_once_do_not_get_two_tries_for_one(
    check: PinCheck, tables: Tables
) -> None:
    async def overtaken(question: Callable[[Any], Awaitable[Any]]) -> Any:
        result = await question(tables)
        if tables.asked == 0:
            tables.asked, tables.tries = 1, {"wrong": 1, "locks": 0, "locked_until": None}
        return result

    ask: Any = overtaken
    with pytest.raises(Conflict):
        await PinCheck(ask, LoopClock()).judge(1001, "4839", "p1001")


async def test_who_has_no_pin_any_more_gets_in(check: PinCheck, tables: Tables) -> None:
    tables.pin_hash = None

    assert await verdicts(check, "whatever") == [RIGHT]


async def test_without_postgresql_nobody_is_judged(check: PinCheck, tables: Tables) -> None:
    tables.fails_at = 1

    with pytest.raises(Unavailable):
        await check.judge(1001, "4839", "p1001")


async def test_each_wrong_pin_is_written_down_with_its_phone_and_never_itself(
    check: PinCheck, tables: Tables, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    pins = ("739251846027", "628140735916", "517039624805")  # too long to be part of a time
    await verdicts(check, *pins)

    assert [row[:3] for row in tables.trail] == [
        ("phone p1001", "pin_wrong", "agent 1001"),
        ("phone p1001", "pin_wrong", "agent 1001"),
        ("phone p1001", "pin_locked", "agent 1001"),
    ]
    written = f"{tables.trail} {[vars(record) for record in caplog.records]}"
    assert [pin for pin in pins if pin in written] == []
