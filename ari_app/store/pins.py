"""PINs of agents, and what was tried in their place: `agent.pin_hash`, `pin_tries`."""

from ari_app.domain.errors import Conflict, NotFound
from ari_app.domain.pin import Tries
from ari_app.store.db import Db


async def load(db: Db, agent_id: int) -> tuple[str | None, Tries]:
    """What the PIN hashes to, None without one, and the tries. Raises NotFound."""
    row = await db.fetchrow(
        """
        SELECT a.pin_hash, t.wrong, t.locks, t.locked_until
          FROM agent a
          LEFT JOIN pin_tries t ON t.agent_id = a.id
         WHERE a.id = $1 AND a.is_active
        """,
        agent_id,
    )
    if row is None:
        raise NotFound("agent", agent_id)
    if row["wrong"] is None:
        return row["pin_hash"], Tries()
    return row["pin_hash"], Tries(row["wrong"], row["locks"], row["locked_until"])


async def take_try(db: Db, agent_id: int, before: Tries, after: Tries) -> None:
    """
    Raises:
        Conflict: somebody else tried since `before` was read; read again.
    """
    taken = await db.fetchval(
        """
        INSERT INTO pin_tries AS t (agent_id, wrong, locks, locked_until)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (agent_id) DO UPDATE
           SET wrong = excluded.wrong,
               locks = excluded.locks,
               locked_until = excluded.locked_until
         WHERE (t.wrong, t.locks) = ($5, $6)
        RETURNING agent_id
        """,
        *(agent_id, after.wrong, after.locks, after.locked_until, before.wrong, before.locks),
    )
    if taken is None:
        raise Conflict(f"agent {agent_id}: another PIN was tried in the same moment")


async def forget_tries(db: Db, agent_id: int) -> None:
    """The right PIN was given, or a supervisor ends the lock."""
    await db.execute("DELETE FROM pin_tries WHERE agent_id = $1", agent_id)


async def set_hash(db: Db, agent_id: int, pin_hash: str | None) -> None:
    """None: the agent logs in without. Raises NotFound."""
    changed = await db.fetchval(
        "UPDATE agent SET pin_hash = $2 WHERE id = $1 AND is_active RETURNING id",
        *(agent_id, pin_hash),
    )
    if changed is None:
        raise NotFound("agent", agent_id)
