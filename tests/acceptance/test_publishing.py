"""Flows published and rolled back under live calls: each call finishes on the version it began
with, also when the engine is started again meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ari_app.domain.flow_files import FlowFiles
from tests.lab.hotline import Hotline
from tests.lab.publisher import Publisher

pytestmark = pytest.mark.asyncio(loop_scope="session")

OLD_KEY = '"3" = "message"'
NEW_KEY = '"3" = "opening-hours"'
NEW_NODE = """
[node.opening-hours]
type = "hangup"
prompts = ["closed-hours"]
"""


@pytest.fixture
async def publisher(hotline: Hotline) -> AsyncIterator[Publisher]:
    """Afterwards what was live is live again."""
    publisher = Publisher(hotline)
    before = await publisher.files()
    yield publisher
    await publisher.publish(before)


def with_opening_hours(files: FlowFiles) -> FlowFiles:
    """Key 3 tells the opening hours, instead of taking a message."""
    text = files["hotline.toml"]
    assert OLD_KEY in text
    return {**files, "hotline.toml": text.replace(OLD_KEY, NEW_KEY) + NEW_NODE}


async def test_a_call_stays_on_its_version_and_a_new_one_gets_what_was_published(
    hotline: Hotline, publisher: Publisher
) -> None:
    before = await publisher.files()
    old = await hotline.arrive("1")
    await old.until_heard("zh/main-menu", within=20)

    await publisher.publish(with_opening_hours(before))
    new = await hotline.arrive("13")

    await new.until_heard("zh/closed-hours", within=20)
    await old.press("3")
    await old.until_heard("zh/leave-message-after-tone", within=20)

    await publisher.publish(before)
    rolled_back = await hotline.arrive("13")
    await rolled_back.until_heard("zh/leave-message-after-tone", within=20)
    await hotline.hang_up(old, rolled_back)


async def test_a_call_stays_on_its_version_through_a_restart_of_the_engine(
    hotline: Hotline, publisher: Publisher
) -> None:
    before = await publisher.files()
    old = await hotline.arrive("1")
    await old.until_heard("zh/main-menu", within=20)
    await publisher.publish(with_opening_hours(before))

    installation = hotline.lab.installation
    await asyncio.to_thread(installation.engine.stop)
    await installation.start_engine()

    await old.press("3")  # in what is asked again
    await old.until_heard("zh/leave-message-after-tone", within=20)
    await hotline.hang_up(old)
