"""The world: its Asterisk, and the parties in it."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ari_app.ari import Ari, Hooks
from ari_app.ari.events import ChannelDestroyed, Event, StasisStart
from ari_app.domain.cel import cel_custom_mapping
from ari_app.domain.errors import NotFound
from ari_app.lab.ear import PromptBook
from ari_app.lab.party import Party
from ari_app.site.asterisk import Asterisk
from ari_app.site.layout import Site
from ari_app.site.ports import free_ports, rtp_range
from ari_app.site.programs import AsteriskProgram
from ari_app.site.users import ServiceUser

log = logging.getLogger(__name__)

APP = "world"
OVERRIDES = Path(__file__).parent / "asterisk-conf"
Answering = Callable[[Party], None]


def world_asterisk(
    site: Site,
    program: AsteriskProgram,
    user: ServiceUser | None,
    http_port: int,
    name: str = "world",
) -> Asterisk:
    """An Asterisk that plays the site's trunk `world` and its phones, below `<site>/<name>`."""
    rtp_start, rtp_end = rtp_range()
    values = {
        "http_port": http_port,
        "ari_user": "world",
        "ari_password": site.secrets.ari,
        "ami_port": None,
        "sip_port": site.state.world_port,
        "hotline_host": site.choices().sip_host,
        "hotline_port": site.ports.sip,
        "rtp_start": rtp_start,
        "rtp_end": rtp_end,
        "phones": site.state.phones,
        "max_calls": 2000,
        "max_load": 0,
        "max_files": 65536,
        "e1": False,
        "cel_mapping": cel_custom_mapping(),
    }
    return Asterisk(program, site.folder / name, name, values, user, OVERRIDES)


class World:
    """Callers dial in, phones ring. `on_ring` decides what a phone or outside number does."""

    def __init__(self, ari: Ari, book: PromptBook) -> None:
        self.ari = ari
        self.book = book
        self.on_ring: dict[str, Answering] = {}
        self._numbers = itertools.count(1)
        self._parties: dict[str, Party] = {}
        self._doing: set[asyncio.Task[None]] = set()
        ari.hooks.on_stray = self._stray

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, password: str, book: PromptBook) -> AsyncIterator["World"]:
        ari = Ari(f"{url}/ari", "world", password, apps=(APP,), hooks=Hooks())
        world = cls(ari, book)
        run = asyncio.create_task(ari.run(), name="world ari")
        try:
            async with asyncio.timeout(15):
                await ari.until_connected()
            yield world
        finally:
            for party in tuple(world._parties.values()):
                await party.hang_up()
                party.close()
            run.cancel()

    async def dial(self, number: str, *, caller: str, ears: bool = True) -> Party:
        """A caller dials in through the trunk; returned as soon as the dialling has begun."""
        return await self._call(f"PJSIP/{number}@hotline", caller, ears=ears)

    async def feature(self, extension: str, code: str) -> Party:
        """A phone dials a feature code."""
        return await self._call(f"PJSIP/{code}@{extension}", extension, ears=True)

    async def _call(self, endpoint: str, caller: str, *, ears: bool) -> Party:
        party = self._party(f"world-{next(self._numbers)}-{caller}", caller, ears=ears)
        await self.ari.channels.originate(
            endpoint,
            app=APP,
            app_args="dialled",
            channel_id=party.channel_id,
            caller_id=caller,
            timeout=30,
            formats="alaw",
        )
        return party

    def _party(self, channel_id: str, name: str, *, ears: bool) -> Party:
        party = Party(self.ari, self.book, channel_id, name, ears=ears, on_gone=self._forget)
        self._parties[channel_id] = party
        return party

    def lost(self) -> None:
        """Its Asterisk is no more, and told nobody."""
        for party in tuple(self._parties.values()):
            party.lost()

    def _forget(self, party: Party) -> None:
        self._parties.pop(party.channel_id, None)

    def _stray(self, event: Event, app: str) -> None:  # noqa: ARG002 - the hook's shape
        if isinstance(event, StasisStart) and event.args[:1] == ["ringing"]:
            number = event.args[1]
            party = self._party(event.channel.id, number, ears=True)
            party.ringing()
            answering = self.on_ring.get(number)
            if answering is not None:
                answering(party)
        elif isinstance(event, ChannelDestroyed):
            log.debug("gone", extra={"channel": event.channel.id})

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Something a party does by itself; a failure is logged."""
        task = asyncio.create_task(work)
        self._doing.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._doing.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a party failed", exc_info=error)

    async def registered(self, site: Site, asterisk: Asterisk, within: float = 20.0) -> None:
        """Waits until every phone of the site is registered with the hotline."""
        names = {phone.name for phone in site.state.phones}
        deadline = asyncio.get_running_loop().time() + within
        while True:
            shown = await asyncio.to_thread(asterisk.console, "pjsip show contacts")
            missing = {name for name in names if f"{name}/sip:" not in shown}
            if not missing:
                return
            if asyncio.get_running_loop().time() > deadline:
                raise NotFound("registration of phones", sorted(missing))
            await asyncio.sleep(0.1)


def new_http_port() -> int:
    return free_ports(1)[0]
