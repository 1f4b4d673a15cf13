"""Inboxes: each event once to who follows it, bounded, never blocking."""

import asyncio
import json

import pytest

from ari_app.ari.decode import decode_frame
from ari_app.ari.errors import InboxClosed, InboxOverflow
from ari_app.ari.events import Event
from ari_app.ari.inbox import Inbox
from ari_app.ari.router import Router
from ari_app.ari.stats import Stats
from tests.fakes.ari_server import NOW, bridge_json, channel_json, playback_json


class Switchboard:
    def __init__(self) -> None:
        self.stats = Stats()
        self.router = Router(self.stats)
        self.strays: list[Event] = []

    def inbox(self, *ids: str, limit: int = 10) -> Inbox:
        return self.router.inbox("test", limit).follow(*ids)

    def event(self, type_name: str, **fields: object) -> Event:
        text = {"type": type_name, "application": "app", "timestamp": NOW, **fields}
        event = decode_frame(json.dumps(text).encode(), self.stats)
        assert event is not None
        self.router.route(event, "app", lambda event, app: self.strays.append(event))
        return event

    def entered(self, channel: str, bridge: str) -> Event:
        return self.event(
            "ChannelEnteredBridge", channel=channel_json(channel), bridge=bridge_json(bridge)
        )


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


async def test_an_event_about_several_followed_objects_comes_once(board: Switchboard) -> None:
    both, other = board.inbox("c", "b"), board.inbox("b")

    board.entered("c", "b")

    assert (len(both), len(other)) == (1, 1)


async def test_an_event_nobody_follows_is_a_stray(board: Switchboard) -> None:
    inbox = board.inbox("c")

    event = board.entered("x", "y")

    assert board.strays == [event]
    assert len(inbox) == 0


async def test_following_a_channel_includes_what_plays_on_it(board: Switchboard) -> None:
    inbox = board.inbox("c")

    board.event("PlaybackFinished", playback=playback_json("p", "channel:c"))

    assert len(inbox) == 1


async def test_after_unfollow_nothing_comes(board: Switchboard) -> None:
    inbox = board.inbox("c", "b")

    inbox.unfollow("c", "b", "never followed")
    board.entered("c", "b")

    assert len(inbox) == 0
    assert len(board.strays) == 1


async def test_endpoints_devices_and_unknown_events_are_routed_too(board: Switchboard) -> None:
    inbox = board.inbox("PJSIP/1001", "Stasis:desk", "c")
    endpoint = {"technology": "PJSIP", "resource": "1001", "channel_ids": []}

    board.event("EndpointStateChange", endpoint=endpoint)
    board.event("DeviceStateChanged", device_state={"name": "Stasis:desk", "state": "BUSY"})
    board.event("ChannelGrewWings", channel=channel_json("c"))

    assert len(inbox) == 3


async def test_overflow_is_told_to_the_reader_until_it_starts_afresh(board: Switchboard) -> None:
    inbox = board.inbox("c", limit=2)
    for _ in range(3):
        board.entered("c", "b")

    for _ in range(2):
        with pytest.raises(InboxOverflow):
            await inbox.next()
    inbox.reset()
    board.entered("c", "b")

    assert await inbox.next() is not None
    assert board.stats.inbox_overflows == 1
    assert board.stats.inbox_depth_max == 2


async def test_a_waiting_reader_is_woken_by_an_event_or_the_end(board: Switchboard) -> None:
    inbox = board.inbox("c")
    reader = asyncio.create_task(inbox.next())
    await asyncio.sleep(0)
    event = board.entered("c", "b")
    assert await reader is event

    reader = asyncio.create_task(inbox.next())
    await asyncio.sleep(0)
    inbox.close()
    with pytest.raises(InboxClosed):
        await reader


async def test_waiting_has_a_limit_and_a_cancelled_wait_loses_nothing(board: Switchboard) -> None:
    inbox = board.inbox("c")

    with pytest.raises(TimeoutError):
        await inbox.next(within=0)
    event = board.entered("c", "b")

    assert await inbox.next() is event


async def test_a_closed_inbox_ends_its_loop_and_follows_nothing(board: Switchboard) -> None:
    seen = []
    with board.inbox("c") as inbox:
        board.entered("c", "b")
        async for event in inbox:
            seen.append(event)
            inbox.close()
    board.entered("c", "b")

    assert len(seen) == 1
    assert len(board.strays) == 1


async def test_a_sleeping_reader_slows_nobody(board: Switchboard) -> None:
    sleeper, reader = board.inbox("c", limit=1), board.inbox("c", limit=10_000)

    event = board.entered("c", "b")
    for _ in range(4999):
        board.router.route(event, "app", lambda event, app: None)

    assert sleeper.lost
    assert len(reader) == 5000
