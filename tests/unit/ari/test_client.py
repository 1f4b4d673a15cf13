"""How requests leave this process, on the loop the engine runs on."""

import asyncio
import base64
import hashlib
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import uvloop
from aiohttp import ClientSession

from ari_app.ari.client import Dial
from ari_app.ari.outbox import Outbox

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455
FRAME_HEADER = 2 + 4  # a short one, with its mask


def shake_hands(server: socket.socket) -> socket.socket:
    """Accepts one WebSocket; reads from it block for a second at most."""
    peer, _ = server.accept()
    peer.settimeout(1.0)
    asked = peer.recv(4096)
    (key,) = [
        line.split(b":")[1].strip()
        for line in asked.split(b"\r\n")
        if line.lower().startswith(b"sec-websocket-key:")
    ]
    accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
    peer.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    return peer


async def put_and_look(server: socket.socket, frames: list[bytes]) -> list[int]:
    """Bytes that the other side has after each frame, without a turn of the loop in between."""
    with ThreadPoolExecutor(1) as threads:
        met = asyncio.get_running_loop().run_in_executor(threads, shake_hands, server)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/ari/events"
        async with ClientSession() as session:
            link = await Dial(session, url, 1_000_000)("one")
            outbox = Outbox(link)
            with closing(await met) as peer:
                found = []
                for frame in frames:
                    outbox.put(frame)
                    found.append(len(peer.recv(4096)))  # blocks the loop
            await link.close()
            return found


def test_a_request_leaves_in_the_very_call_that_makes_it() -> None:
    frames = [b"first", b"the second"]
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        found = uvloop.run(put_and_look(server, frames))

    assert found == [FRAME_HEADER + len(frame) for frame in frames]
