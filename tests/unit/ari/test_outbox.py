"""What leaves at once, what waits for a slow reader, and what a broken socket is."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientConnectionResetError

from ari_app.ari.outbox import Outbox
from ari_app.ari.pulse import Lost


class FakeSocket:
    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.reads = asyncio.Event()  # the other side does
        self.reads.set()
        self.is_broken = False

    async def send_frame(self, message: bytes, opcode: Any, compress: int | None = None) -> None:
        if self.is_broken:
            raise ClientConnectionResetError("Cannot write to closing transport")
        self.sent.append(message)  # then, as aiohttp: until the transport takes more
        if not self.reads.is_set():
            await self.reads.wait()


async def test_a_frame_leaves_before_anything_else_runs() -> None:
    socket = FakeSocket()
    outbox = Outbox(socket)

    outbox.put(b"1")
    outbox.put(b"2")

    assert socket.sent == [b"1", b"2"]


async def test_frames_wait_in_order_for_who_reads_slowly() -> None:
    socket = FakeSocket()
    outbox = Outbox(socket)
    running = asyncio.create_task(outbox.run())
    socket.reads.clear()

    for frame in (b"1", b"2", b"3"):
        outbox.put(frame)
    await asyncio.sleep(0.01)
    assert socket.sent == [b"1"]

    socket.reads.set()
    outbox.put(b"4")
    assert socket.sent == [b"1"]  # not before those that wait
    await asyncio.sleep(0.01)
    outbox.put(b"5")

    assert socket.sent == [b"1", b"2", b"3", b"4", b"5"]
    running.cancel()


async def test_a_socket_that_stays_slow_is_waited_for_again() -> None:
    socket = FakeSocket()
    outbox = Outbox(socket)
    running = asyncio.create_task(outbox.run())

    for number in range(3):
        socket.reads.clear()
        outbox.put(b"%d" % number)
        outbox.put(b"then")
        await asyncio.sleep(0.01)
        socket.reads.set()
        await asyncio.sleep(0.01)

    assert socket.sent == [b"0", b"then", b"1", b"then", b"2", b"then"]
    running.cancel()


async def test_a_broken_socket_is_told_of_once_by_who_watches() -> None:
    socket = FakeSocket()
    outbox = Outbox(socket)
    socket.is_broken = True

    outbox.put(b"1")
    outbox.put(b"2")

    with pytest.raises(Lost, match="write failed: Cannot write"):
        await asyncio.wait_for(outbox.run(), 1)


async def test_a_socket_that_breaks_while_it_is_waited_for_is_lost() -> None:
    socket = FakeSocket()
    outbox = Outbox(socket)
    socket.reads.clear()
    outbox.put(b"1")
    outbox.put(b"2")
    running = asyncio.create_task(outbox.run())
    await asyncio.sleep(0.01)

    socket.is_broken = True
    socket.reads.set()

    with pytest.raises(Lost):
        await asyncio.wait_for(running, 1)


async def test_who_stops_watching_a_slow_socket_leaves_nothing_behind() -> None:
    socket = FakeSocket()
    outbox = Outbox(socket)
    socket.reads.clear()
    outbox.put(b"1")
    running = asyncio.create_task(outbox.run())
    await asyncio.sleep(0.01)

    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
