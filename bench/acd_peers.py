"""What the matcher is measured against: a scan over everybody, and SQL with ORDER BY.

Both find the same winner as the matcher's default rules. The SQL is what a careful author would
write: narrow tables, an index in the order wanted, statistics for the planner.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Levels = Mapping[str, int]


@dataclass(slots=True)
class ScannedAgent:
    id: str
    has: Levels
    idle_since: float
    ready: bool = True


@dataclass(slots=True)
class ScannedContact:
    id: str
    needs: Levels
    entered: float
    points: float = 0.0
    waits: bool = True


def scan_agents(agents: Sequence[ScannedAgent], needs: Levels) -> ScannedAgent | None:
    best: ScannedAgent | None = None
    wanted = list(needs.items())
    for agent in agents:
        if not agent.ready:
            continue
        has = agent.has
        for skill, level in wanted:
            if has.get(skill, 0) < level:
                break
        else:
            if best is None or agent.idle_since < best.idle_since:
                best = agent
    return best


def scan_contacts(
    contacts: Sequence[ScannedContact], has: Levels, now: float
) -> ScannedContact | None:
    best: ScannedContact | None = None
    best_score = 0.0
    for contact in contacts:
        if not contact.waits:
            continue
        for skill, level in contact.needs.items():
            if has.get(skill, 0) < level:
                break
        else:
            score = contact.points + (now - contact.entered)
            if best is None or score > best_score:
                best, best_score = contact, score
    return best


class SqlMatcher:
    """The same two questions asked of SQLite in memory."""

    def __init__(self, agents: Sequence[ScannedAgent], contacts: Sequence[ScannedContact]) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.executescript("""
            CREATE TABLE agent (id TEXT PRIMARY KEY, ready INTEGER, idle_since REAL) WITHOUT ROWID;
            CREATE TABLE skill (agent TEXT, skill TEXT, level INTEGER,
                                PRIMARY KEY (agent, skill)) WITHOUT ROWID;
            CREATE TABLE contact (id TEXT PRIMARY KEY, waits INTEGER, points REAL, ageing REAL,
                                  entered REAL, rank REAL) WITHOUT ROWID;
            CREATE TABLE need (contact TEXT, skill TEXT, level INTEGER,
                               PRIMARY KEY (contact, skill)) WITHOUT ROWID;
        """)
        self._db.execute("BEGIN")
        run = self._db.executemany
        run("INSERT INTO agent VALUES (?, 1, ?)", [(a.id, a.idle_since) for a in agents])
        run(
            "INSERT INTO skill VALUES (?, ?, ?)",
            [(a.id, *s) for a in agents for s in a.has.items()],
        )
        run(
            "INSERT INTO contact VALUES (?, 1, ?, 1.0, ?, ?)",
            [(c.id, c.points, c.entered, c.points - c.entered) for c in contacts],
        )
        run(
            "INSERT INTO need VALUES (?, ?, ?)",
            [(c.id, *n) for c in contacts for n in c.needs.items()],
        )
        self._db.execute("COMMIT")
        self._db.executescript("""
            CREATE INDEX agent_idle ON agent (idle_since) WHERE ready = 1;
            CREATE INDEX skill_by_level ON skill (skill, level, agent);
            CREATE INDEX contact_rank ON contact (rank DESC) WHERE waits = 1;
            ANALYZE;
        """)

    def take_agent(self, needs: Levels) -> str | None:
        """Find and reserve."""
        joins = " ".join(
            f"JOIN skill s{n} ON s{n}.agent = a.id AND s{n}.skill = ? AND s{n}.level >= ?"
            for n in range(len(needs))
        )
        values = [value for need in needs.items() for value in need]
        row = self._db.execute(
            f"SELECT a.id FROM agent a {joins} WHERE a.ready = 1 ORDER BY a.idle_since LIMIT 1",
            values,
        ).fetchone()
        if row is None:
            return None
        self._db.execute("UPDATE agent SET ready = 0 WHERE id = ?", row)
        return str(row[0])

    def take_contact(self, agent_id: str, now: float) -> str | None:
        """Find and reserve. Ageing differs by queue, so the score exists only at query time."""
        return self._take_contact("c.points + c.ageing * (? - c.entered)", (agent_id, now))

    def take_contact_by_rank(self, agent_id: str) -> str | None:
        """The same if everybody aged alike: the order never changes and can be an index."""
        return self._take_contact("c.rank", (agent_id,))

    def _take_contact(self, order: str, values: tuple[object, ...]) -> str | None:
        row = self._db.execute(
            f"""
            SELECT c.id FROM contact c
             WHERE c.waits = 1
               AND NOT EXISTS (
                   SELECT 1 FROM need n
                     LEFT JOIN skill s ON s.agent = ? AND s.skill = n.skill AND s.level >= n.level
                    WHERE n.contact = c.id AND s.agent IS NULL)
             ORDER BY {order} DESC LIMIT 1
            """,
            values,
        ).fetchone()
        if row is None:
            return None
        self._db.execute("UPDATE contact SET waits = 0 WHERE id = ?", row)
        return str(row[0])
