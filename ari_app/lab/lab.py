"""A whole hotline and the world around it, for demonstrations and tests: made, used, taken down."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from ari_app.lab.desk import Desk
from ari_app.lab.ear import PromptBook
from ari_app.lab.party import Party
from ari_app.lab.world import World, new_http_port, world_asterisk
from ari_app.site.asterisk import Asterisk
from ari_app.site.installation import Installation, Progress
from ari_app.site.layout import SOURCE, Site
from ari_app.store.db import Connection, connector

T = TypeVar("T")
GENERATED = SOURCE / "sounds" / "generated"
EXTENSIONS = ("1001", "1002", "1003", "1004")
LOAD_TRUNK = "sipp"  # for a load generator; the world's Asterisk has a trunk of its own
# Short enough that nobody waits for a demonstration.
QUICK = (
    "UPDATE agent SET wrap_up_seconds = 2",
    "UPDATE queue SET announce_every_seconds = 6, ring_seconds = 8",
)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that unprivileged services can enter; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hotline-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


class Lab:
    """`login` and `answering` make phones into agents; `world.dial` makes callers."""

    def __init__(
        self,
        installation: Installation,
        world: World,
        desks: Mapping[str, Desk],
        outside: Asterisk,
    ) -> None:
        """Args: outside: the world's Asterisk."""
        self.outside = outside
        self.installation = installation
        self.site = installation.site
        self.world = world
        self.desks = desks

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        folder: Path,
        say: Progress,
        *,
        extensions: Iterable[str] = EXTENSIONS,
        settings: Iterable[str] = QUICK,
        desks: Sequence[str] = (),
        keep: bool = False,
    ) -> AsyncIterator["Lab"]:
        """Everything is stopped again on leaving, whatever happened.

        Args:
            settings: SQL run on the sample data before the engine reads it.
            desks: extensions of phones that can be unplugged; the others live in the world.
            keep: start again what dies, as `hotline up` does; without, a killed process stays so.
        """
        site, http_port = Site.create(folder, extensions, (LOAD_TRUNK,)), new_http_port()
        installation = Installation(site, keep=keep)
        inside = site.with_phones({phone.extension for phone in site.state.phones} - {*desks})
        outside = world_asterisk(
            inside, installation.program, installation.asterisk_user, http_port
        )
        try:
            await installation.up(say, before_engine=lambda db: _execute(db, settings))
            say("world")
            await asyncio.to_thread(outside.render)
            await asyncio.to_thread(outside.start)
            book = await asyncio.to_thread(PromptBook.read, GENERATED)
            url = f"http://127.0.0.1:{http_port}"
            async with World.open(url, site.secrets.ari, book) as world, AsyncExitStack() as stack:
                await world.registered(inside, installation.asterisk)
                opened = {name: Desk.open(installation, book, name) for name in desks}
                yield cls(
                    installation,
                    world,
                    {name: await stack.enter_async_context(desk) for name, desk in opened.items()},
                    outside,
                )
        finally:
            await asyncio.to_thread(outside.stop)
            await installation.down()

    # ---- agents ----

    async def login(self, *extensions: str) -> None:
        """Each phone dials *45 and hears that it is logged in."""
        for party in [await self.dials(extension, "*45") for extension in extensions]:
            await party.until_heard("zh/agent-logged-in", "en/agent-logged-in", within=10)
            await party.until_gone(10)

    async def dials(self, extension: str, code: str) -> Party:
        """A phone dials a feature code."""
        return await self.where(extension).feature(extension, code)

    async def register(self, extension: str, *, away: bool = False) -> None:
        """The phone comes, or says that it goes."""
        verb = "unregister" if away else "register"
        await asyncio.to_thread(self.outside.console, f"pjsip send {verb} {extension}")

    def where(self, extension: str) -> World:
        """The world in which this phone rings."""
        return self.desks[extension].world if extension in self.desks else self.world

    def answering(
        self, extension: str, tone: int, *, after: float = 0.5
    ) -> "asyncio.Future[Party]":
        """The phone answers its next call after `after` seconds and holds a tone."""
        loop = asyncio.get_running_loop()
        came: asyncio.Future[Party] = loop.create_future()

        async def answer(party: Party) -> None:
            await asyncio.sleep(after)
            await party.answer()
            party.talk(tone)
            if not came.done():
                came.set_result(party)

        world = self.where(extension)
        world.on_ring[extension] = lambda party: world.start(answer(party))
        return came

    # ---- looking ----

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Connection]:
        connection = await connector(self.site.owner_url, within=5.0)()
        try:
            yield connection
        finally:
            await connection.close()


async def _execute(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        await connection.execute(statement)


async def soon(future: "asyncio.Future[T]", within: float, what: str) -> T:
    """The result; TimeoutError names `what`."""
    try:
        async with asyncio.timeout(within):
            return await asyncio.shield(future)
    except TimeoutError:
        raise TimeoutError(f"{what}: not within {within:g} s") from None


async def until(true: Callable[[], object], within: float, what: str) -> None:
    """Looks again and again until `await true()` is; TimeoutError names `what`."""
    deadline = asyncio.get_running_loop().time() + within
    while not await true():  # type: ignore[misc]
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"{what}: not within {within:g} s")
        await asyncio.sleep(0.05)
