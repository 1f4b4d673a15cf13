"""Sample data: a small hotline to try things on. Safe to repeat; changes nothing that is there."""

from uuid import UUID, uuid5

from ari_app.store.db import Db

NAMESPACE = UUID("6f1c2f0e-5a0b-4b7e-9a53-2c9a4e1d7b10")  # sample rows have the same ids everywhere
SKILLS = (
    ("chinese", "中文", "Chinese"),
    ("english", "英文", "English"),
    ("orders", "订单", "Orders"),
    ("technical", "技术", "Technical"),
)
AGENTS = (
    (1001, "王芳", "zh", {"chinese": 9, "orders": 7}),
    (1002, "李强", "zh", {"chinese": 8, "technical": 8}),
    (1003, "Emma Clarke", "en", {"english": 9, "orders": 6}),
    (1004, "陈杰", "zh", {"chinese": 3, "english": 6, "orders": 3, "technical": 4}),
)
QUEUES = (
    ("orders", "订单", "Orders", {"orders": 3}),
    ("support", "技术支持", "Support", {"technical": 3}),
)
ROUTES = (
    ("95001", "hotline", "zh", 0),
    ("95010", "self-service", "zh", 0),
    ("95011", "agent-number", "zh", 0),
)
SERIALS = (
    ("20260001", "in-progress", "128.50", "2026-12-31"),
    ("20260002", "shipped", None, "2026-12-02"),
    ("20260003", "done", None, None),
)
TIERS = ("vip", "gold", "silver", "normal")
CUSTOMERS = 20


def queue_id(name: str) -> UUID:
    """Of a sample queue."""
    return uuid5(NAMESPACE, f"queue/{name}")


def phone_of(customer: int) -> str:
    """The number the `customer`-th sample customer (from 0) calls from."""
    return f"1390000{customer + 1:04d}"


async def seed(db: Db, phones: dict[int, str] | None = None) -> None:
    """`phones` are the SIP endpoints of agents; those left out have the agent's number."""
    await _seed_agents(db, phones or {})
    await _seed_queues(db)
    await _seed_customers(db)
    await _seed_serials(db)


async def _seed_agents(db: Db, phones: dict[int, str]) -> None:
    for name, zh, en in SKILLS:
        await db.execute(
            "INSERT INTO skill (name, title_zh, title_en) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING",
            *(name, zh, en),
        )
    for agent, name, language, skills in AGENTS:
        await db.execute(
            "INSERT INTO agent (id, name, phone, language, wrap_up_seconds)"
            " VALUES ($1, $2, $3, $4, 10) ON CONFLICT DO NOTHING",
            *(agent, name, phones.get(agent, str(agent)), language),
        )
        for skill, level in skills.items():
            await db.execute(
                "INSERT INTO agent_skill (agent_id, skill, level) VALUES ($1, $2, $3)"
                " ON CONFLICT DO NOTHING",
                *(agent, skill, level),
            )


async def _seed_queues(db: Db) -> None:
    await db.execute(
        "INSERT INTO mailbox (name, title_zh, title_en) VALUES ('hotline', '热线留言', 'Hotline')"
        " ON CONFLICT DO NOTHING"
    )
    for name, zh, en, needs in QUEUES:
        await db.execute(
            "INSERT INTO queue (id, name, title_zh, title_en, mailbox)"
            " VALUES ($1, $2, $3, $4, 'hotline') ON CONFLICT DO NOTHING",
            *(queue_id(name), name, zh, en),
        )
        for skill, level in needs.items():
            await db.execute(
                "INSERT INTO queue_skill (queue_id, skill, level) VALUES ($1, $2, $3)"
                " ON CONFLICT DO NOTHING",
                *(queue_id(name), skill, level),
            )
    for pattern, flow, language, priority in ROUTES:
        await db.execute(
            "INSERT INTO route (pattern, flow, language, priority) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            *(pattern, flow, language, priority),
        )


async def _seed_customers(db: Db) -> None:
    for number in range(CUSTOMERS):
        customer = uuid5(NAMESPACE, f"customer/{number}")
        await db.execute(
            "INSERT INTO customer (id, name, tier, language) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            *(customer, f"客户 {number + 1:02d}", TIERS[min(number // 2, 3)], None),
        )
        await db.execute(
            "INSERT INTO customer_phone (id, customer_id, number) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING",
            *(uuid5(NAMESPACE, f"phone/{number}"), customer, phone_of(number)),
        )


async def _seed_serials(db: Db) -> None:
    for number, status, amount, due_on in SERIALS:
        await db.execute(
            "INSERT INTO serial_status (number, status, amount, due_on)"
            " VALUES ($1, $2, $3::text::numeric, $4::text::date) ON CONFLICT DO NOTHING",
            *(number, status, amount, due_on),
        )
