"""Plays an Asterisk that says very much: repeats the events of one call for a hundred calls.

    python -m bench.ari_flood FRAMES_FILE CALLS REPEATS

Prints its port, then answers one client; the flood begins when that posts the user event `go`.
The file holds one event of the call a line, whose ids begin with CALL.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from aiohttp import WSMsgType, web

CALL = "bench-call-"
SLICE = 100  # events said before it listens again: the client asks whether it is still there
# What the client is answered when it chooses its events.
APPLICATION = {
    "name": "bench", "channel_ids": [], "bridge_ids": [], "endpoint_ids": [], "device_names": [],
    "events_allowed": [], "events_disallowed": [],
}  # fmt: skip


def call(number: int) -> str:
    """The id of a call: all are equally long."""
    return f"{CALL}{number:04}"


def flood(frames: Sequence[str], calls: int, repeats: int) -> Iterator[str]:
    """The calls say their events in turn, as calls at one time do."""
    for _ in range(repeats):
        for frame in frames:
            for number in range(calls):
                yield frame.replace(call(0), call(number))


async def serve(said: Sequence[str]) -> None:
    flooding = []

    async def say(socket: web.WebSocketResponse) -> None:
        for number, one in enumerate(said):
            await socket.send_str(one)
            if number % SLICE == 0:  # who reads fast enough never makes it wait
                await asyncio.sleep(0)

    async def events(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                asked = json.loads(message.data)
                await socket.send_json(_answer(asked["request_id"]))
                if asked["uri"].startswith("events/user/go"):
                    flooding.append(asyncio.create_task(say(socket)))
        return socket

    app = web.Application()
    app.router.add_get("/ari/events", events)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


def _answer(request_id: str) -> dict[str, object]:
    return {
        "type": "RESTResponse", "transaction_id": "", "request_id": request_id, "uri": "",
        "status_code": 200, "reason_phrase": "OK", "message_body": json.dumps(APPLICATION),
        "application": "bench", "timestamp": "2026-08-01T12:00:00.123+0000", "asterisk_id": "bench",
    }  # fmt: skip


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text().splitlines()
    asyncio.run(serve(list(flood(lines, int(sys.argv[2]), int(sys.argv[3])))))
