"""One lane to an Asterisk in memory: requests are remembered, answers are scripted."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from ari_app.ari.decode import decode_frame
from ari_app.ari.errors import AriUnavailable
from ari_app.ari.events import Event
from ari_app.ari.inbox import Inbox
from ari_app.ari.operations import Resources
from ari_app.ari.resource import Answer, Operation
from ari_app.ari.router import Router
from ari_app.ari.stats import Stats
from tests.fakes.ari_server import NOW, bridge_json, channel_json, playback_json

Reply = tuple[int, object] | Exception
AWAY = AriUnavailable("any", "not connected", outcome_known=True)


class FakeLane(Resources):
    """Says yes to everything, unless told otherwise by `reply` with `METHOD uri`."""

    def __init__(self) -> None:
        super().__init__(self)
        self.asked: list[str] = []
        self.bodies: dict[str, Any] = {}
        self.queries: dict[str, str] = {}
        self.on_request: Callable[[str], object] = str  # nothing
        self._replies: dict[str, deque[Reply]] = {}

    def reply(self, request: str, *replies: Reply) -> None:
        """The answers of the next requests, the last one of all that follow."""
        self._replies[request] = deque(replies)

    def send(self, operation: Operation[Any], uri: str, body: bytes | None) -> Awaitable[Answer]:
        where, _, query = uri.partition("?")
        request = f"{operation.method} {where}"
        self.queries[request] = query
        self.asked.append(request)
        self.bodies[request] = json.loads(body) if body else None
        return self._answer(operation, request, uri)

    async def _answer(self, operation: Operation[Any], request: str, uri: str) -> Answer:
        await asyncio.sleep(0)
        self.on_request(request)
        replies = self._replies.get(request, deque([(200, _body(operation, uri))]))
        reply = replies.popleft() if len(replies) > 1 else replies[0]
        if isinstance(reply, Exception):
            raise reply
        return Answer(reply[0], "Refused", json.dumps(reply[1]))


class FakeAri:
    """What a room needs of the client: a lane, and inboxes with a router to fill them."""

    def __init__(self) -> None:
        self.the_lane = FakeLane()
        self.router = Router(Stats())
        self.strays: list[Event] = []

    def lane(self, app: str) -> FakeLane:
        return self.the_lane

    def inbox(self, name: str, limit: int = 1000) -> Inbox:
        return self.router.inbox(name, limit)

    def tell(self, type_name: str, **fields: object) -> None:
        event = an_event(type_name, **fields)
        self.router.route(event, "hotline-0", lambda stray, app: self.strays.append(stray))


def an_event(type_name: str, **fields: object) -> Event:
    text = {"type": type_name, "application": "hotline-0", "timestamp": NOW, **fields}
    event = decode_frame(json.dumps(text).encode(), Stats())
    assert isinstance(event, Event)
    return event


def of_channel(type_name: str, channel_id: str, **fields: object) -> Event:
    return an_event(type_name, channel=channel_json(channel_id), **fields)


def recording_json(name: str, seconds: int | None = None) -> dict[str, object]:
    state = "recording" if seconds is None else "done"
    return {
        "name": name,
        "format": "wav",
        "target_uri": "channel:in-1",
        "state": state,
        "duration": seconds,
    }


def _body(operation: Operation[Any], uri: str) -> object:
    """Something of the type that the operation answers with."""
    kind, _, object_id = uri.partition("/")
    name = object_id.rpartition("/")[2]
    match operation.name.partition(".")[2]:
        case "get" if kind == "playbacks":
            return playback_json(name, "channel:in-1")
        case "get_live" | "record":
            return recording_json(name)
        case "get" | "originate":
            return channel_json(name)
        case "play_with_id":
            return playback_json(name, "channel:in-1")
        case "create_with_id":
            return bridge_json(name)
    return None
