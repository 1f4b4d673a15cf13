from datetime import timedelta

import pytest

from ari_app.domain.errors import Fenced
from ari_app.store import lease
from ari_app.store.db import Connection

MINUTE = timedelta(minutes=1)
OVER = timedelta(seconds=-1)


async def test_a_lease_that_is_held_is_not_given_to_another(db: Connection) -> None:
    taken = await lease.take(db, "dispatcher", holder="one", valid=MINUTE)

    assert taken == lease.Lease("dispatcher", "one", 1)
    assert await lease.take(db, "dispatcher", holder="two", valid=MINUTE) is None


async def test_every_taking_raises_the_fence(db: Connection) -> None:
    for holder, valid in (("one", OVER), ("two", MINUTE), ("two", MINUTE)):
        taken = await lease.take(db, "dispatcher", holder=holder, valid=valid)

    assert taken == lease.Lease("dispatcher", "two", 3)


async def test_a_lease_that_ran_out_is_renewed_while_nobody_took_it(db: Connection) -> None:
    ours = await lease.take(db, "dispatcher", holder="one", valid=OVER)
    assert ours is not None

    await lease.renew(db, ours, valid=OVER)
    await lease.take(db, "dispatcher", holder="two", valid=MINUTE)

    with pytest.raises(Fenced):
        await lease.renew(db, ours, valid=MINUTE)


async def test_a_released_lease_is_free_at_once(db: Connection) -> None:
    ours = await lease.take(db, "dispatcher", holder="one", valid=MINUTE)
    assert ours is not None

    await lease.release(db, ours)
    taken = await lease.take(db, "dispatcher", holder="two", valid=MINUTE)
    await lease.release(db, ours)

    assert taken is not None
    assert await lease.take(db, "dispatcher", holder="three", valid=MINUTE) is None
