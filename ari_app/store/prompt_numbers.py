"""Which number each prompt is recorded by, and who may: `prompt_number`, `agent`."""

from collections.abc import Collection

from ari_app.domain.errors import NotFound
from ari_app.store.db import Db


async def numbers(db: Db, names: Collection[str]) -> dict[str, int]:
    """Of these prompts; one that has none yet gets the next."""
    await db.execute(
        """
        INSERT INTO prompt_number (name)
        SELECT name
          FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, place)
         WHERE NOT EXISTS (SELECT FROM prompt_number n WHERE n.name = wanted.name)
         ORDER BY place
            ON CONFLICT DO NOTHING
        """,
        list(names),
    )
    rows = await db.fetch(
        "SELECT name, number FROM prompt_number WHERE name = ANY ($1::text[])", list(names)
    )
    return {row["name"]: row["number"] for row in rows}


async def set_editor(db: Db, agent_id: int, *, may: bool) -> bool:
    """Whether the agent has a PIN, without which it is of no use. Raises NotFound."""
    row = await db.fetchrow(
        "UPDATE agent SET is_prompt_editor = $2 WHERE id = $1 AND is_active"
        " RETURNING pin_hash IS NOT NULL AS has_pin",
        *(agent_id, may),
    )
    if row is None:
        raise NotFound("agent", agent_id)
    return bool(row["has_pin"])
