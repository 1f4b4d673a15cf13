"""What is kept of agents' states can be asked of one view."""

from datetime import timedelta

from ari_app.store import fact_sql, seed
from ari_app.store.db import Connection
from tests.integration.store.story import moved


async def test_a_stay_ends_where_the_next_begins_and_a_long_pause_shows(db: Connection) -> None:
    await seed.seed(db)
    await fact_sql.apply(db, [moved(1001, 1, "ready"), moved(1001, 2, "paused")])
    begun = await db.fetchval("SELECT at FROM agent_state WHERE version = 2")
    await db.execute(
        "UPDATE agent_state SET reason = 'lunch', until = at + interval '1 hour' WHERE version = 2"
    )
    await db.execute(
        "INSERT INTO agent_state (agent_id, version, at, state, reason)"
        " VALUES (1001, 3, $1, 'ready', 'back')",
        begun + timedelta(minutes=70),
    )

    rows = await db.fetch("SELECT * FROM v_agent_state ORDER BY version")

    assert [row["state"] for row in rows] == ["ready", "paused", "ready"]
    assert (rows[1]["seconds"], rows[1]["overdue_seconds"], rows[1]["is_work"]) == (
        4200,
        600,
        False,
    )
    assert rows[0]["overdue_seconds"] is rows[2]["left_at"] is None
