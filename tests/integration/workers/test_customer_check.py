"""PINs of callers against real rows: right, wrong, locked, and nothing that tells them apart."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from ari_app.domain import pin
from ari_app.domain.errors import Conflict
from ari_app.domain.pin import Tries
from ari_app.store import customer_pins, seed
from ari_app.store.db import Connection, Db
from ari_app.workers.customer_check import CustomerCheck
from tests.fakes.clock import NOON

CALLER = "13700000001"
HASH = pin.hashed("4711", b"salt" * 4, 1)


class HandClock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


@pytest.fixture
async def check(db: Connection) -> tuple[CustomerCheck, HandClock]:
    await seed.seed(db)
    assert await customer_pins.set_pin(db, seed.phone_of(0), "123456", HASH)
    assert await customer_pins.set_pin(db, seed.phone_of(1), "654321", HASH)

    async def ask(question: Callable[[Db], Awaitable[Any]]) -> Any:
        return await question(db)

    clock = HandClock()
    return CustomerCheck(ask, clock), clock


Checked = tuple[CustomerCheck, HandClock]


async def test_the_right_pin_is_the_customer(check: Checked) -> None:
    judge = check[0].judge

    found = await judge("123456", "4711", CALLER)

    assert found is not None
    assert found.tier == "vip"


@pytest.mark.parametrize(
    ("account", "key"), [("123456", "4712"), ("999999", "4711"), ("", "4711"), ("1' --", "4711")]
)
async def test_anything_else_is_nobody(check: Checked, account: str, key: str) -> None:
    assert await check[0].judge(account, key, CALLER) is None


@pytest.mark.parametrize("others", ["123456", "654321", "000000"])
async def test_three_wrong_ones_lock_the_number_called_from(check: Checked, others: str) -> None:
    judge, clock = check[0].judge, check[1]
    for _ in range(3):
        await judge(others, "0000", CALLER)

    assert await judge("123456", "4711", CALLER) is None
    clock.time += pin.FIRST_LOCK + timedelta(seconds=1)
    assert await judge("123456", "4711", CALLER) is not None


async def test_three_wrong_ones_lock_the_account_from_whatever_number(check: Checked) -> None:
    judge, clock = check[0].judge, check[1]
    for number in range(3):
        await judge("123456", "0000", f"1370000100{number}")

    assert await judge("123456", "4711", CALLER) is None
    assert await judge("654321", "4711", CALLER) is not None
    clock.time += pin.FIRST_LOCK + timedelta(seconds=1)
    assert await judge("123456", "4711", CALLER) is not None


async def test_two_who_try_at_once_get_one_try(db: Connection) -> None:
    took = Tries(1)
    await customer_pins.take_try(db, "account 1", Tries(), took, NOON)

    with pytest.raises(Conflict):
        await customer_pins.take_try(db, "account 1", Tries(), took, NOON)
    assert await customer_pins.tries(db, "account 1") == took


async def test_what_was_tried_is_forgotten_after_a_day(db: Connection) -> None:
    await customer_pins.take_try(db, "account 1", Tries(), Tries(1), NOON)
    later = NOON + timedelta(days=1, minutes=1)
    await customer_pins.take_try(db, "account 2", Tries(), Tries(1), later)

    assert await customer_pins.tries(db, "account 1") == Tries()


async def test_a_pin_belongs_to_a_customer_who_is_known(db: Connection) -> None:
    assert not await customer_pins.set_pin(db, "1", "123456", HASH)
