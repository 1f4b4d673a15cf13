"""A phone that can be unplugged: it lives in an Asterisk of its own, which is killed.

Audio that stops is not enough. A SIP peer that lives goes on with reports on what it receives
(RTCP), every few seconds, and answers to OPTIONS: for the hotline it is there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec

from ari_app.lab.ear import PromptBook
from ari_app.lab.world import World, new_http_port, world_asterisk
from ari_app.site.asterisk import Asterisk
from ari_app.site.installation import Installation
from ari_app.site.layout import Site
from ari_app.site.ports import free_ports

STARTED_SECONDS = 15.0
QUALIFIED_SECONDS = 20.0  # qualify_frequency and more: Asterisk asks a phone it knows in its time


class Desk:
    """`world` is all the phone knows: calls that ring here, codes that are dialled here."""

    def __init__(self, asterisk: Asterisk, world: World, reached: Callable[[], bool]) -> None:
        """Args: reached: does the hotline's Asterisk reach the phone?"""
        self.world = world
        self._asterisk = asterisk
        self._reached = reached

    @classmethod
    @asynccontextmanager
    async def open(
        cls, installation: Installation, book: PromptBook, extension: str
    ) -> AsyncIterator["Desk"]:
        """Registered with the hotline, in which no other phone has this extension."""
        site, http_port = _alone(installation.site, extension), new_http_port()
        asterisk = world_asterisk(
            site,
            installation.program,
            installation.asterisk_user,
            http_port,
            name=f"desk-{extension}",
        )
        await asyncio.to_thread(asterisk.render)
        try:
            await asyncio.to_thread(asterisk.start)
            url = f"http://127.0.0.1:{http_port}"
            async with World.open(url, site.secrets.ari, book) as world:
                await world.registered(site, installation.asterisk)
                yield cls(asterisk, world, lambda: _is_reached(installation, site))
        finally:
            await asyncio.to_thread(asterisk.stop)

    async def unplug(self) -> None:
        """From one moment to the next it sends and answers nothing any more."""
        await asyncio.to_thread(self._asterisk.process.kill)
        self.world.lost()

    async def plug_in(self) -> None:
        """It starts as phones do, and registers again; until the hotline knows."""
        await asyncio.to_thread(self._asterisk.start)
        async with asyncio.timeout(STARTED_SECONDS):
            await self.world.ari.until_connected()
        async with asyncio.timeout(QUALIFIED_SECONDS):
            await self._until_reached()

    async def _until_reached(self) -> None:
        while True:
            if await asyncio.to_thread(self._reached):
                return
            await asyncio.sleep(0.1)


def _alone(site: Site, extension: str) -> Site:
    """A site with one phone, whose SIP comes from a port that is nobody's trunk."""
    state = site.with_phones([extension]).state
    return Site(site.folder, msgspec.structs.replace(state, world_port=free_ports(1)[0]))


def _is_reached(installation: Installation, site: Site) -> bool:
    shown = installation.asterisk.console("pjsip show contacts").splitlines()
    (phone,) = site.state.phones
    return any(f"{phone.name}/sip:" in line and " Avail " in line for line in shown)
