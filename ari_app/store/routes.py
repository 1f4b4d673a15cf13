"""Where each dialled number leads, and who is calling: `route`, `customer`, `customer_phone`."""

from collections.abc import Collection, Sequence

from ari_app.domain.errors import NotFound
from ari_app.domain.route import DEFAULT_ROUTE, Customer, NumberRoute, Route
from ari_app.store.db import Db

CHANGED = "routing"
"""PostgreSQL's channel that says when `load` or `other_speakers` would answer differently."""


async def for_number(db: Db, *, dialled: str, caller: str) -> Route:
    """The route with the most fixed characters, and the customer with this number.

    A number may stand for one customer when a certain number is dialled (a shared switchboard)
    and for another otherwise.

    Raises:
        NotFound: no route fits the dialled number.
    """
    row = await db.fetchrow(
        r"""
        SELECT r.flow, coalesce(c.language, r.language) AS language, r.priority,
               coalesce(c.tier, 'normal') AS tier, c.id AS customer_id
          FROM route r
          LEFT JOIN LATERAL (
               SELECT customer.id, customer.tier, customer.language
                 FROM customer_phone p
                 JOIN customer ON customer.id = p.customer_id
                WHERE p.number = $2
                  AND (p.dialled = $1 OR p.dialled IS NULL)
                ORDER BY p.dialled NULLS LAST
                LIMIT 1) c ON true
         WHERE $1 LIKE r.pattern
         ORDER BY length(translate(r.pattern, '_%', '')) DESC, length(r.pattern) DESC
         LIMIT 1
        """,
        dialled,
        caller,
    )
    if row is None:
        raise NotFound("route", dialled)
    return Route(**row)


async def load(db: Db) -> Sequence[NumberRoute]:
    """Every route, in no order."""
    rows = await db.fetch("SELECT pattern, flow, language, priority FROM route")
    return [NumberRoute(**row) for row in rows]


async def other_speakers(db: Db) -> Collection[str]:
    """The numbers of customers who are spoken to in another language than most."""
    rows = await db.fetch(
        """
        SELECT p.number
          FROM customer c
          JOIN customer_phone p ON p.customer_id = c.id
         WHERE c.language <> $1
        """,
        DEFAULT_ROUTE.language,
    )
    return frozenset(row["number"] for row in rows)


# $1 the caller's number, $2 the dialled one.
CUSTOMER = """
    SELECT c.id, c.tier, c.language, c.preferred_agent
      FROM customer_phone p
      JOIN customer c ON c.id = p.customer_id
     WHERE p.number = $1
       AND (p.dialled = $2 OR p.dialled IS NULL)
     ORDER BY p.dialled NULLS LAST
     LIMIT 1
"""


async def customer(db: Db, *, dialled: str, caller: str) -> Customer | None:
    """Whose number this is, when calling that one; None when nobody knows."""
    row = await db.fetchrow(CUSTOMER, caller, dialled)
    return Customer(**row) if row else None
