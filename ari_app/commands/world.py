"""The Asterisk of test calls: started for one command, stopped after it."""

import asyncio
import fcntl
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ari_app.commands.trouble import NotPossible

if TYPE_CHECKING:
    from ari_app.lab.world import World
    from ari_app.site.asterisk import Asterisk
    from ari_app.site.installation import Installation
    from ari_app.site.layout import Site

ESTABLISHED = "01"
HTTP_PORT = re.compile(r"^bindport\s*=\s*(\d+)", re.MULTILINE)


@asynccontextmanager
async def open_world(
    installation: "Installation", extensions: Collection[str]
) -> AsyncIterator["World"]:
    """A world in which only these phones exist, so that nobody's own phone loses its place.

    Raises:
        NotPossible: another test call uses this site's world.
    """
    from ari_app.lab.ear import PromptBook
    from ari_app.lab.world import World, new_http_port
    from ari_app.site.layout import SOURCE

    site, port = installation.site.with_phones(extensions), new_http_port()
    with alone(site):
        await _clear(installation)
        asterisk = _asterisk(installation, site, port)
        await asyncio.to_thread(asterisk.render)
        try:
            started = asyncio.to_thread(asterisk.start)
            read = asyncio.to_thread(PromptBook.read, SOURCE / "sounds" / "generated")
            _, book = await asyncio.gather(started, read)
            async with World.open(f"http://127.0.0.1:{port}", site.secrets.ari, book) as world:
                if extensions:
                    await world.registered(site, installation.asterisk)
                yield world
        finally:
            await asyncio.to_thread(asterisk.stop)


async def stop_world(installation: "Installation", say: Callable[[str], None]) -> None:
    """Stops what a test call that was killed has left."""
    asterisk = _asterisk(installation, installation.site, 0)
    if asterisk.process.pid() is not None:
        say("world")
        await asyncio.to_thread(asterisk.stop)


def _asterisk(installation: "Installation", site: "Site", port: int) -> "Asterisk":
    from ari_app.lab.world import world_asterisk

    return world_asterisk(site, installation.program, installation.asterisk_user, port)


@contextmanager
def alone(site: "Site") -> Iterator[None]:
    """Two worlds on one site would take each other's ports; the lock ends with the process."""
    with (site.run / "test-call.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy() from None
        yield


def _busy() -> NotPossible:
    return NotPossible(
        "another test call uses this site's phones and trunk",
        "wait for it to end, or make the call on a site of its own (--site)",
    )


async def _clear(installation: "Installation") -> None:
    """Makes room for ours: a world that nobody drives any more is stopped."""
    from ari_app.site import ports

    site = installation.site
    if is_driven(site):
        raise _busy()
    await stop_world(installation, _quietly)
    if not ports.is_free(site.state.world_port):
        raise NotPossible(
            f"port {site.state.world_port}, from which this site expects test calls, is taken",
            "stop the program that uses it",
        )


def _quietly(part: str) -> None:
    """Nobody watches."""


def is_driven(site: "Site", connections: Path = Path("/proc/net/tcp")) -> bool:
    """Whoever plays the world keeps a WebSocket to it open.

    Asterisk itself cannot be asked: it keeps an application as long as there are calls in it.
    """
    port = http_port(site.folder / "world" / "etc" / "http.conf")
    return port is not None and has_connection(connections.read_text(), port)


def has_connection(table: str, port: int) -> bool:
    """Is there an established connection to this local port? `table` is as in proc_net_tcp(5)."""
    rows = (line.split() for line in table.splitlines()[1:])
    return any(row[1].endswith(f":{port:04X}") and row[3] == ESTABLISHED for row in rows)


def http_port(conf: Path) -> int | None:
    try:
        found = HTTP_PORT.search(conf.read_text())
    except OSError:
        return None
    return int(found[1]) if found else None
