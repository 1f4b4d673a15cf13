"""Ask a running FastAGI server for a sign of life, as Asterisk would."""

import asyncio
from contextlib import suppress

from agi.handlers.ping import ANSWER
from ari_app.domain.errors import Unavailable

_REQUEST = b"agi_network: yes\nagi_network_script: ping\nagi_request: agi://probe/ping\n\n"


async def ping(host: str, port: int, *, seconds: float = 2.0) -> float:
    """How long the answer took, in seconds.

    Raises:
        Unavailable: nobody listens there, or not a FastAGI server of ours.
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    try:
        async with asyncio.timeout(seconds):
            said = await _converse(host, port)
    except (OSError, TimeoutError, ValueError) as error:
        raise Unavailable(f"no FastAGI server at {host}:{port}: {error!r}") from error
    if ANSWER.encode() not in said:
        raise Unavailable(f"{host}:{port} does not answer a ping")
    return loop.time() - started


async def _converse(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(_REQUEST)
        said = await reader.readline()
        writer.write(b"200 result=1\n")
        await reader.read()
        return said
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
