"""Where each dialled number leads, and who is calling: `route`, `customer`, `customer_phone`."""

from ari_app.domain.errors import NotFound
from ari_app.domain.route import Route
from ari_app.store.db import Db


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
