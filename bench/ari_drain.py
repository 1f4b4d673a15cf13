"""How many events a second pass from the socket to their readers while one reader sleeps?

The events are those of a real call, taken from the Asterisk at hand and repeated for a hundred.
"""

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, encode_basic_auth

from ari_app.ari import Ari, Inbox, InboxOverflow, Options, Stats
from ari_app.ari.decode import decode_frame
from ari_app.domain.errors import HotlineError
from ari_app.site.layout import SOURCE
from bench.ari_clients.load import Target
from bench.ari_flood import call

APP = "bench-drain"
CALLS, EVENTS_PER_CALL = 100, 1_200  # more than the sleeper's inbox holds


@dataclass(frozen=True)
class Drained:
    per_second: float
    cpu_us: float  # of the client, per event
    events: int
    sleeper_lost: bool


async def record(target: Target, ari: Ari) -> list[str]:
    """The events of a call that comes, hears music in a bridge and goes."""
    frames: list[str] = []
    headers = {"Authorization": encode_basic_auth(target.user, target.password)}
    async with (
        ClientSession(headers=headers) as session,
        session.ws_connect(f"{target.base}/ari/events", params={"app": APP}) as socket,
    ):
        living = asyncio.create_task(_live(ari))
        async with asyncio.timeout(20):
            async for message in socket:
                frames.append(" ".join(message.data.split()))
                if '"StasisEnd"' in message.data:
                    break
        await living
    return [frame for frame in frames if _concerns(frame, call(0))]


def _concerns(frame: str, channel: str) -> bool:
    event = decode_frame(frame.encode(), Stats())
    return event is not None and channel in event.ids()


async def _live(ari: Ari) -> None:
    channel, bridge = call(0), f"{call(0)}-talk"
    await ari.channels.originate("Local/s@bench-park", app=APP, channel_id=channel)
    await ari.bridges.create_with_id(bridge, type="mixing")
    while True:  # once it is in the app
        try:
            await ari.bridges.add_channel(bridge, channel=[channel])
            break
        except HotlineError:
            await asyncio.sleep(0.05)
    await ari.channels.hold(channel)
    await ari.channels.unhold(channel)
    await ari.bridges.remove_channel(bridge, channel=[channel])
    await ari.channels.hangup(channel)
    await ari.bridges.destroy(bridge)


async def drain(frames: list[str], folder: Path) -> Drained:
    """Runs the flood in a process of its own and waits until all but the sleeper read all."""
    file = folder / "frames.json"
    file.write_text("\n".join(frames))
    repeats = -(-EVENTS_PER_CALL // len(frames))
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.ari_flood", str(file), str(CALLS), str(repeats),
        stdout=asyncio.subprocess.PIPE, cwd=SOURCE,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        port = int(await server.stdout.readline())
        return await _read_all(port, repeats * len(frames))
    finally:
        server.kill()
        await server.wait()


async def _read_all(port: int, per_call: int) -> Drained:
    options = Options(request_timeout=60)
    ari = Ari(f"http://127.0.0.1:{port}/ari", "bench", "bench", (APP,), options=options)
    running = asyncio.create_task(ari.run())
    sleeper, *inboxes = (ari.inbox(call(n)).follow(call(n)) for n in range(CALLS))
    async with asyncio.timeout(20):
        await ari.until_connected()
    asleep = asyncio.create_task(_fall_asleep(sleeper))
    started, cpu = time.perf_counter(), time.process_time()
    async with asyncio.timeout(120), asyncio.TaskGroup() as tasks:
        tasks.create_task(ari.events.user_event("go", APP))
        for inbox in inboxes:
            tasks.create_task(_read(inbox, per_call))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    lost = await _is_lost(sleeper)
    asleep.cancel()
    running.cancel()
    events = CALLS * per_call
    return Drained(events / seconds, cpu * 1e6 / events, events, lost)


async def _read(inbox: Inbox, count: int) -> None:
    for _ in range(count):
        await inbox.next()


async def _fall_asleep(inbox: Inbox) -> None:
    await inbox.next()
    await asyncio.sleep(3600)


async def _is_lost(inbox: Inbox) -> bool:
    try:
        await inbox.next(within=0)
    except InboxOverflow:
        return True
    return False
