"""One real hotline and one world for the whole folder; no agent stays logged in after a test.

Each module marks its tests with the session's loop: the lab's connections live in it.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from ari_app.lab.lab import Lab, open_folder
from tests.lab.hotline import Hotline


@pytest.fixture(scope="session")
def site_folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "site"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lab(site_folder: Path) -> AsyncIterator[Lab]:
    async with Lab.open(site_folder, lambda part: None) as lab:
        yield lab


@pytest_asyncio.fixture(loop_scope="session")
async def hotline(lab: Lab) -> AsyncIterator[Hotline]:
    """What tests speak with; afterwards nobody is left in the house."""
    hotline = Hotline(lab)
    try:
        yield hotline
    finally:
        await hotline.send_everybody_home()
