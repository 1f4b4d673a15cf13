"""Two kinds of hotlines: one for all who put the workload on it, and one for each other module.

Each module says `pytestmark = pytest.mark.asyncio(loop_scope="session")`: the lab's connections
live as long as all tests.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ari_app.lab.lab import Lab, open_folder
from tests.faults.verdict import complaints
from tests.faults.workload import Size, Workload, open_lab
from tests.lab.hotline import Hotline

log = logging.getLogger(__name__)

FAILED = pytest.StashKey[bool]()
COMPLAINTS = 8  # of the engine, told of a test that failed
MOST_AGENTS = 6  # of the modules that have a load of their own


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


def _tell_what_went_wrong(lab: Lab) -> None:
    """What the engine complained of, beside the failure."""
    for line in [*complaints(lab.installation.engine.log_file)][-COMPLAINTS:]:
        log.error("ari_app: %s", line)


class Shelf:
    """A loaded hotline that test after test uses, until one fails: the next gets a new one."""

    def __init__(self) -> None:
        self._open = AsyncExitStack()
        self._lab: Lab | None = None

    async def take(self) -> Lab:
        if self._lab is None:
            folder = self._open.enter_context(open_folder())
            size = Size(talking=max(Size.chosen().talking, MOST_AGENTS))
            self._lab = await self._open.enter_async_context(open_lab(folder / "site", size))
        return self._lab

    async def clear(self) -> None:
        self._lab = None
        await self._open.aclose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shelf() -> AsyncIterator[Shelf]:
    shelf = Shelf()
    yield shelf
    await shelf.clear()


@pytest_asyncio.fixture(loop_scope="session")
async def loaded_lab(shelf: Shelf, request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    yield await shelf.take()
    if request.node.stash.get(FAILED, True):
        _tell_what_went_wrong(await shelf.take())
        await shelf.clear()


@pytest.fixture(scope="module")
def size() -> Size:
    """A module may have its own, of at most MOST_AGENTS who talk."""
    return Size.chosen()


@pytest_asyncio.fixture(loop_scope="session")
async def workload(
    loaded_lab: Lab, size: Size, request: pytest.FixtureRequest
) -> AsyncIterator[Workload]:
    """Nobody is there before `start`; afterwards an engine runs and everybody has hung up."""
    workload = Workload(loaded_lab, size)
    yield workload
    failed = request.node.stash.get(FAILED, True)
    request.node.stash[FAILED] = True  # until this is over
    loaded_lab.installation.keep = False
    await asyncio.to_thread(loaded_lab.installation.engine.keeper.stop)
    await loaded_lab.installation.start_engine()
    await workload.stop()
    request.node.stash[FAILED] = failed


@pytest.fixture(scope="module")
def site_folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "site"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lab(site_folder: Path) -> AsyncIterator[Lab]:
    """Nothing is started again by itself; `keep` of the installation changes that."""
    async with Lab.open(site_folder, lambda part: None) as lab:
        yield lab


@pytest_asyncio.fixture(loop_scope="session")
async def hotline(lab: Lab, request: pytest.FixtureRequest) -> AsyncIterator[Hotline]:
    """What tests speak with; afterwards a new engine runs and nobody is left in the house."""
    hotline = Hotline(lab)
    engine = lab.installation.engine
    yield hotline
    if request.node.stash.get(FAILED, True):
        _tell_what_went_wrong(lab)
    await asyncio.to_thread(engine.keeper.stop)
    await asyncio.to_thread(engine.kill)
    await lab.installation.start_engine()
    await hotline.send_everybody_home()
