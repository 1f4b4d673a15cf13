"""The IVR of bench/ivr.py over FastAGI, on our server, in a process of its own."""

import asyncio
import logging
import sys

from agi.server import AgiServer, Limits
from agi.session import AgiSession

PROMPT, WAIT_MS, KEYS = "hotline/in-the-queue", "6000", "12"


async def ivr(agi: AgiSession) -> None:
    """Two prompts, a key after each; then the dialplan hangs up."""
    for wanted in KEYS:
        key = ""
        while key != wanted:  # our scripts ask only, and have no command that plays
            key = str((await agi._ask("GET DATA", PROMPT, WAIT_MS, "1")).result)


async def main(port: int) -> None:
    server = AgiServer({"ivr": ivr}, Limits(command_seconds=30, request_seconds=60))
    async with server.listening("127.0.0.1", port):
        sys.stdout.write('"ready"\n')
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)  # until whoever started it is gone


if __name__ == "__main__":
    logging.disable()
    asyncio.run(main(int(sys.argv[1])))
