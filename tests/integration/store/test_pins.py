"""What was tried in place of a PIN: counted once, whoever counts."""

from datetime import UTC, datetime, timedelta

import pytest

from ari_app.domain.errors import Conflict, NotFound
from ari_app.domain.pin import Tries
from ari_app.store import agents, pins, seed
from ari_app.store.db import Connection

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LOCKED = Tries(0, 1, NOW + timedelta(minutes=5))


@pytest.fixture
async def seeded(db: Connection) -> Connection:
    await seed.seed(db)
    return db


async def test_a_pin_is_set_seen_and_cleared(seeded: Connection) -> None:
    await pins.set_hash(seeded, 1001, "scrypt$1$00$00")

    assert (await pins.load(seeded, 1001))[0] == "scrypt$1$00$00"
    assert [one.has_pin for one in await agents.load(seeded)] == [True, False, False, False]
    await pins.set_hash(seeded, 1001, None)
    assert await pins.load(seeded, 1001) == (None, Tries())


async def test_tries_are_kept_and_forgotten(seeded: Connection) -> None:
    await pins.take_try(seeded, 1001, Tries(), Tries(2))
    await pins.take_try(seeded, 1001, Tries(2), LOCKED)

    assert (await pins.load(seeded, 1001))[1] == LOCKED
    await pins.forget_tries(seeded, 1001)
    assert (await pins.load(seeded, 1001))[1] == Tries()


async def test_a_try_is_taken_only_from_where_one_looked(seeded: Connection) -> None:
    await pins.take_try(seeded, 1001, Tries(), Tries(1))

    for stale in (Tries(), Tries(2), Tries(1, locks=1)):
        with pytest.raises(Conflict):
            await pins.take_try(seeded, 1001, stale, Tries(2))
    assert (await pins.load(seeded, 1001))[1] == Tries(1)


async def test_who_does_not_work_here_has_no_pin(seeded: Connection) -> None:
    await seeded.execute("UPDATE agent SET is_active = false WHERE id = 1004")

    for number in (4711, 1004):
        with pytest.raises(NotFound):
            await pins.load(seeded, number)
        with pytest.raises(NotFound):
            await pins.set_hash(seeded, number, "x")
