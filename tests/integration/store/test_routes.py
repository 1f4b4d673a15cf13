import pytest

from ari_app.domain.errors import NotFound
from ari_app.domain.route import Route
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
