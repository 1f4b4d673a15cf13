"""What one channel says, as it says it: brought to a port of ours on this machine.

A snoop channel takes a copy of what comes from the caller, and a bridge passes it to an RTP
channel. The caller's own channel stays where it was: prompts play, keys and the recording are as
before.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Final

from ari_app.ari.client import Lane
from ari_app.ari.errors import AriRefused
from ari_app.ari.repeated import repeated
from ari_app.domain.alaw import linear
from ari_app.domain.errors import CallerHungUp, Conflict, NotFound, Unavailable

HEADER: Final = 12  # bytes of RTP, which has no extensions here
ALAW: Final = 8  # its payload type
KEPT: Final = 250  # packets: five seconds that nobody has read
ARRIVE_SECONDS: Final = 3.0
TIDY_SECONDS: Final = 3.0

Arrival = Callable[[str], Awaitable[None]]


class Hearing(asyncio.DatagramProtocol):
    """Packets are taken in the order they come: they never left this machine."""

    def __init__(self) -> None:
        self.port = 0
        self._packets: asyncio.Queue[bytes] = asyncio.Queue(KEPT)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002
        if len(data) > HEADER and data[1] & 0x7F == ALAW and not self._packets.full():
            self._packets.put_nowait(data[HEADER:])

    async def next(self) -> bytes:
        """The next 20 ms: 8 kHz, 16 bits, native order."""
        return linear(await self._packets.get()).tobytes()


@contextlib.asynccontextmanager
async def hearing(
    lane: Lane, app: str, channel_id: str, name: str, arrival: Arrival
) -> AsyncIterator[Hearing]:
    """
    Args:
        name: of this occasion; ids in Asterisk are made from it.
        arrival: called with a channel's id before it is made; done when it is in the application.

    Raises:
        CallerHungUp, Unavailable.
    """
    loop = asyncio.get_running_loop()
    transport, heard = await loop.create_datagram_endpoint(Hearing, local_addr=("127.0.0.1", 0))
    snoop, out, bridge = (f"{name}-{part}" for part in ("snoop", "out", "hear"))
    try:
        copied = arrival(snoop)
        with _told(channel_id):
            await _once(
                lambda: lane.channels.snoop_channel_with_id(
                    channel_id, snoop, app=app, spy="in", app_args="hearing"
                )
            )
            sent = arrival(out)
            await _once(
                lambda: lane.channels.external_media(
                    app, "alaw", channel_id=out, external_host=f"127.0.0.1:{heard.port}"
                )
            )
            async with asyncio.timeout(ARRIVE_SECONDS):
                await copied
                await sent
            await _once(lambda: lane.bridges.create_with_id(bridge, type="mixing", name=bridge))
            await repeated(lambda: lane.bridges.add_channel(bridge, [snoop, out]))
        yield heard
    finally:
        transport.close()
        await asyncio.shield(_tidy(lane, (snoop, out), bridge))


@contextlib.contextmanager
def _told(channel_id: str) -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise CallerHungUp(channel_id) from error
    except (TimeoutError, AriRefused, Conflict) as error:
        raise Unavailable(f"the caller's voice cannot be had: {error}") from error


async def _once(operation: Callable[[], Awaitable[object]]) -> None:
    """It exists: an attempt before the connection was lost got through."""
    with contextlib.suppress(Conflict):
        await repeated(operation)


async def _tidy(lane: Lane, channels: tuple[str, ...], bridge: str) -> None:
    gone = (NotFound, Unavailable, AriRefused, Conflict, TimeoutError)
    with contextlib.suppress(*gone):
        async with asyncio.timeout(TIDY_SECONDS):
            for channel in channels:
                with contextlib.suppress(*gone[:-1]):
                    await lane.channels.hangup(channel)
            await lane.bridges.destroy(bridge)
