from uuid import UUID

import pytest

from ari_app.domain.errors import NotFound
from ari_app.domain.route import Customer, Route, RouteTable
from ari_app.store import routes, seed
from ari_app.store.db import Connection


@pytest.fixture
async def hotline(db: Connection) -> Connection:
    await seed.seed(db)
    await db.execute(
        "INSERT INTO route (pattern, flow, language, priority) VALUES"
        " ('9500_', 'night', 'en', 2), ('95%', 'other', 'en', 1)"
    )
    return db


@pytest.mark.parametrize(
    ("dialled", "flow"), [("95001", "hotline"), ("95002", "night"), ("95", "other")]
)
async def test_the_pattern_with_most_fixed_characters_wins(
    hotline: Connection, dialled: str, flow: str
) -> None:
    assert (await routes.for_number(hotline, dialled=dialled, caller="")).flow == flow


async def test_a_known_caller_brings_tier_and_customer(hotline: Connection) -> None:
    route = await routes.for_number(hotline, dialled="95001", caller=seed.phone_of(0))

    assert (route.tier, route.priority, route.language) == ("vip", 0, "zh")
    assert route.customer_id is not None


async def test_an_unknown_caller_is_an_ordinary_one(hotline: Connection) -> None:
    route = await routes.for_number(hotline, dialled="95002", caller="10086")

    assert route == Route("night", "en", 2, "normal", None)


async def test_a_shared_number_is_told_apart_by_what_was_dialled(hotline: Connection) -> None:
    shared = seed.phone_of(0)
    other = await hotline.fetchval(
        "INSERT INTO customer (name, tier, language) VALUES ('x', 'gold', 'en') RETURNING id"
    )
    await hotline.execute(
        "INSERT INTO customer_phone (customer_id, number, dialled) VALUES ($1, $2, '95001')",
        *(other, shared),
    )

    for_this = await routes.for_number(hotline, dialled="95001", caller=shared)
    for_any = await routes.for_number(hotline, dialled="95002", caller=shared)

    assert for_this == Route("hotline", "en", 0, "gold", other)
    assert for_any.tier == "vip"


async def test_a_number_nobody_routes_is_not_found(hotline: Connection) -> None:
    with pytest.raises(NotFound):
        await routes.for_number(hotline, dialled="10086", caller="")


async def test_all_routes_are_read_for_the_memory_of_the_engine(hotline: Connection) -> None:
    table = RouteTable(await routes.load(hotline))

    for dialled in ("95001", "95002", "95", "950017"):
        asked = await routes.for_number(hotline, dialled=dialled, caller="")
        assert table.find(dialled) == asked


async def test_only_customers_of_another_language_are_kept_by_number(hotline: Connection) -> None:
    english = await a_customer(hotline, "en", "13700000001", "13700000002")
    await a_customer(hotline, "zh", "13700000003")
    await a_customer(hotline, None, "13700000004")

    assert await routes.other_speakers(hotline) == {"13700000001", "13700000002"}
    assert await routes.customer(hotline, dialled="95001", caller="13700000002") == Customer(
        english, "normal", "en"
    )


async def test_a_number_of_nobody_is_nobodys(hotline: Connection) -> None:
    assert await routes.customer(hotline, dialled="95001", caller="10086") is None


async def a_customer(db: Connection, language: str | None, *numbers: str) -> UUID:
    id: UUID = await db.fetchval(
        "INSERT INTO customer (name, language) VALUES ('x', $1) RETURNING id", language
    )
    for number in numbers:
        await db.execute(
            "INSERT INTO customer_phone (customer_id, number) VALUES ($1, $2)", id, number
        )
    return id
