"""Where numbers lead: what is changed in the tables holds for the next call."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.lab.hotline import Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENGLISH, ENGLISHMAN = "95009", "13800000009"  # nobody else calls from it


@pytest_asyncio.fixture(loop_scope="session")
async def english_number(hotline: Hotline) -> AsyncIterator[str]:
    """Opened a moment ago, while everything runs."""
    await hotline.row(
        "INSERT INTO route (pattern, flow, language) VALUES ($1, 'hotline', 'en')", ENGLISH
    )
    yield ENGLISH
    await hotline.row("DELETE FROM route WHERE pattern = $1", ENGLISH)


async def test_a_number_opened_now_is_answered_in_its_language(
    hotline: Hotline, english_number: str
) -> None:
    caller = await hotline.arrive(number=english_number)

    await caller.until_heard("en/welcome", within=10)
    await hotline.hang_up(caller)


async def test_a_customers_language_and_tier_are_known_from_the_first_prompt(
    hotline: Hotline,
) -> None:
    await hotline.row(
        "WITH known AS (INSERT INTO customer (name, tier, language) VALUES ('x', 'gold', 'en')"
        " RETURNING id) INSERT INTO customer_phone (customer_id, number) SELECT id, $1 FROM known",
        ENGLISHMAN,
    )

    caller = await hotline.arrive(caller=ENGLISHMAN)
    await caller.until_heard("en/welcome", within=10)
    await hotline.hang_up(caller)

    assert "zh/welcome" not in {heard.what for heard in caller.ear.heard}
    assert (await hotline.record_of(caller))["tier"] == "gold"


async def test_without_the_engine_the_fallback_speaks_the_language_of_the_number(
    hotline: Hotline, english_number: str
) -> None:
    await asyncio.to_thread(hotline.lab.installation.engine.kill)
    try:
        await asyncio.sleep(5)
        caller = await hotline.arrive(number=english_number)
        await caller.until_heard("en/fallback-welcome", within=8)
        await hotline.hang_up(caller)
    finally:
        await hotline.lab.installation.start_engine()
