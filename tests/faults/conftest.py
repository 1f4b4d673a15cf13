"""A hotline and a world of its own for each module: what is broken here is broken for nobody else.

Each module says `pytestmark = pytest.mark.asyncio(loop_scope="module")`: the lab's connections live
as long as the module.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from ari_app.lab.lab import Lab, open_folder
from tests.faults.workload import Size, Workload, open_lab
from tests.lab.hotline import Hotline


@pytest.fixture(scope="module")
def site_folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "site"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(site_folder: Path) -> AsyncIterator[Lab]:
    """Nothing is started again by itself; `keep` of the installation changes that."""
    async with Lab.open(site_folder, lambda part: None) as lab:
        yield lab


@pytest_asyncio.fixture(loop_scope="module")
async def hotline(lab: Lab) -> AsyncIterator[Hotline]:
    """What tests speak with; afterwards a new engine runs and nobody is left in the house."""
    hotline = Hotline(lab)
    engine = lab.installation.engine
    try:
        yield hotline
    finally:
        await asyncio.to_thread(engine.keeper.stop)
        await asyncio.to_thread(engine.kill)
        await lab.installation.start_engine()
        await hotline.send_everybody_home()


@pytest.fixture(scope="module")
def size() -> Size:
    """A module may have its own."""
    return Size.chosen()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loaded_lab(site_folder: Path, size: Size) -> AsyncIterator[Lab]:
    """In place of `lab`, for modules that put the workload on it: an agent for each who talks."""
    async with open_lab(site_folder, size) as lab:
        yield lab


@pytest_asyncio.fixture(loop_scope="module")
async def workload(loaded_lab: Lab, size: Size) -> AsyncIterator[Workload]:
    """Nobody is there before `start`; afterwards an engine runs and everybody has hung up."""
    workload = Workload(loaded_lab, size)
    try:
        yield workload
    finally:
        loaded_lab.installation.keep = False
        await asyncio.to_thread(loaded_lab.installation.engine.keeper.stop)
        await loaded_lab.installation.start_engine()
        await workload.stop()
