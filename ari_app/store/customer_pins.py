"""PINs of customers, and what was tried in their place: `customer_pin`, `identify_tries`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ari_app.domain.errors import Conflict
from ari_app.domain.pin import Tries
from ari_app.domain.route import Customer
from ari_app.store.db import Db

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Account:
    customer: Customer
    pin_hash: str


async def account(db: Db, number: str) -> Account | None:
    row = await db.fetchrow(
        """
        SELECT c.id, c.tier, c.language, p.pin_hash
          FROM customer_pin p
          JOIN customer c ON c.id = p.customer_id
         WHERE p.account = $1
        """,
        number,
    )
    if row is None:
        return None
    return Account(Customer(row["id"], row["tier"], row["language"]), row["pin_hash"])


async def tries(db: Db, subject: str) -> Tries:
    """Args: subject: `account 123` or `number 139`."""
    row = await db.fetchrow(
        "SELECT wrong, locks, locked_until FROM identify_tries WHERE subject = $1", subject
    )
    return Tries(row["wrong"], row["locks"], row["locked_until"]) if row else Tries()


async def take_try(db: Db, subject: str, before: Tries, after: Tries, now: datetime) -> None:
    """Also forgets what is long over: whoever keys in accounts at random leaves little behind.

    Raises:
        Conflict: somebody else tried since `before` was read.
    """
    await db.execute("DELETE FROM identify_tries WHERE tried_at < $1", now - FORGOTTEN_AFTER)
    taken = await db.fetchval(
        """
        INSERT INTO identify_tries AS t (subject, wrong, locks, locked_until, tried_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (subject) DO UPDATE
           SET wrong = excluded.wrong,
               locks = excluded.locks,
               locked_until = excluded.locked_until,
               tried_at = excluded.tried_at
         WHERE (t.wrong, t.locks) = ($6, $7)
        RETURNING subject
        """,
        *(subject, after.wrong, after.locks, after.locked_until, now, before.wrong, before.locks),
    )
    if taken is None:
        raise Conflict("another PIN was tried in the same moment")


async def forget_tries(db: Db, subjects: tuple[str, ...]) -> None:
    """The right PIN was given."""
    await db.execute("DELETE FROM identify_tries WHERE subject = ANY($1::text[])", list(subjects))


async def set_pin(db: Db, customer_number: str, account: str, pin_hash: str) -> bool:
    """Of the customer this number belongs to, whatever number is dialled. False: there is none."""
    changed = await db.fetchval(
        """
        INSERT INTO customer_pin (customer_id, account, pin_hash)
        SELECT customer_id, $2, $3 FROM customer_phone WHERE number = $1 AND dialled IS NULL
        ON CONFLICT (customer_id) DO UPDATE
           SET account = excluded.account, pin_hash = excluded.pin_hash
        RETURNING customer_id
        """,
        *(customer_number, account, pin_hash),
    )
    return changed is not None
