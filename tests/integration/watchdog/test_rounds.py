import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.ami_server import AmiServer
from watchdog.rounds import LOOKS_A_LIST, Watchdog
from watchdog.settings import Settings

CHANNEL = "PJSIP/world-00000001"
WAITS = f"Channel: {CHANNEL}\nUniqueid: 1\nApplication: Stasis\nData: hotline-0,call,6f2c\n"
NOT_TAKEN = f"{WAITS}Variable: GROUP(call)=new\nVariable: CC_CALL=6f2c"
TAKEN = f"{WAITS}Variable: GROUP(call)=taken\nVariable: CC_CALL=6f2c"


class Kennel:
    def __init__(self, peer: AmiServer, watchdog: Watchdog) -> None:
        self.peer = peer
        self.watchdog = watchdog

    async def look(self, times: int = 3) -> dict[str, Any]:
        """What the health file says after so many more looks."""
        seen = self.watchdog.health.counters.looks
        await self.peer.until(lambda: self.watchdog.health.counters.looks >= seen + times)
        said: dict[str, Any] = json.loads(self.watchdog.health.file.read_text())
        return said


@asynccontextmanager
async def opened(peer: AmiServer, folder: Path) -> AsyncIterator[Kennel]:
    settings = Settings(
        ami_port=peer.port,
        ami_password="secret",
        health_file=folder / "watchdog.json",
        patience_seconds=0.02,
        look_seconds=0.01,
        action_seconds=0.2,
    )
    watchdog = Watchdog(settings)
    task = asyncio.ensure_future(watchdog.run())
    try:
        yield Kennel(peer, watchdog)
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
async def kennel(tmp_path: Path) -> AsyncIterator[Kennel]:
    async with AmiServer.open() as peer, opened(peer, tmp_path) as kennel:
        yield kennel


async def test_a_call_nobody_took_is_sent_to_the_fallback(kennel: Kennel) -> None:
    kennel.peer.channels = [NOT_TAKEN]
    await kennel.peer.until(lambda: "Redirect" in kennel.peer.names())

    redirect = next(said for said in kennel.peer.said if said["Action"] == "Redirect")
    assert redirect["Channel"] == CHANNEL


async def test_a_call_taken_since_the_list_was_made_is_left_alone(kennel: Kennel) -> None:
    kennel.peer.variables = {f"{CHANNEL} GROUP(call)": "taken"}
    kennel.peer.channels = [NOT_TAKEN]
    await kennel.look(10)

    assert "Redirect" not in kennel.peer.names()
    assert "Setvar" not in kennel.peer.names()


async def test_callers_it_had_taken_are_counted_and_never_moved_while_the_engine_is_away(
    kennel: Kennel,
) -> None:
    kennel.peer.variables = {"CC_ALIVE": "1"}
    kennel.peer.channels = [TAKEN]
    said = await kennel.look(10)

    assert said["held_without_engine"] == 1
    assert {"Redirect", "Setvar"}.isdisjoint(kennel.peer.names())


def alive(**counted: int) -> dict[str, str]:
    """What Asterisk says of variables while the engine is there: so many callers in each group."""
    counts = {f"GROUP_COUNT({name}@call)": str(count) for name, count in counted.items()}
    return {"CC_ALIVE": str(time.time() + 60), **counts}


async def test_channels_are_not_listed_while_every_caller_is_taken(kennel: Kennel) -> None:
    kennel.peer.variables = alive(new=0, taken=300)
    await kennel.look()
    lists, looks = kennel.peer.names().count("Status"), 5 * LOOKS_A_LIST
    said = await kennel.look(looks)

    assert 4 <= kennel.peer.names().count("Status") - lists <= 6
    assert said["calls"] == 300
    assert said["not_taken"] == 0


async def test_every_look_lists_channels_while_a_caller_is_new(kennel: Kennel) -> None:
    kennel.peer.variables = alive(new=1, taken=300)
    await kennel.look()
    lists = kennel.peer.names().count("Status")
    said = await kennel.look(20)

    assert kennel.peer.names().count("Status") - lists >= 20
    assert said["calls"] == 301


async def test_a_caller_whom_nobody_counted_is_rescued_too(kennel: Kennel) -> None:
    kennel.peer.variables = alive()
    kennel.peer.channels = [f"{WAITS}Variable: GROUP(call)=\nVariable: CC_CALL=6f2c"]

    await kennel.peer.until(lambda: "Redirect" in kennel.peer.names())


async def test_an_asterisk_that_does_not_count_is_said_and_nobody_is_moved(kennel: Kennel) -> None:
    """One that runs with the files of an older version: it would look as if nobody were taken."""
    kennel.peer.variables = {**alive(), "GROUP_COUNT(new@call)": ""}
    kennel.peer.channels = [f"{WAITS}Variable: GROUP(call)=\nVariable: CC_CALL=6f2c"]
    connections = kennel.peer.connections
    await kennel.peer.until(lambda: kennel.peer.connections >= connections + 2)
    said = json.loads(kennel.watchdog.health.file.read_text())

    assert not said["ok"]
    assert "counts no callers" in said["reason"]
    assert {"Redirect", "Setvar"}.isdisjoint(kennel.peer.names())


async def test_a_refused_rescue_is_counted_and_tried_again(kennel: Kennel) -> None:
    kennel.peer.refuse = {"Redirect"}
    kennel.peer.channels = [NOT_TAKEN]
    await kennel.peer.until(lambda: kennel.peer.names().count("Redirect") >= 2)

    assert kennel.watchdog.health.counters.not_rescued >= 1
    assert kennel.peer.connections == 1


async def test_a_frozen_asterisk_is_said_and_a_new_connection_made(kennel: Kennel) -> None:
    await kennel.look()
    kennel.peer.silent = lambda action: action == "Status"
    await kennel.peer.until(lambda: kennel.peer.connections >= 2)
    said = json.loads(kennel.watchdog.health.file.read_text())
    kennel.peer.silent = lambda action: False
    later = await kennel.look()

    assert not said["ok"]
    assert "no answer" in said["reason"]
    assert later["ok"]


async def test_a_forged_channel_does_not_keep_the_others_from_being_rescued(
    kennel: Kennel,
) -> None:
    kennel.peer.channels = [f"Channel: PJSIP/agent-00000002\n{NOT_TAKEN}", NOT_TAKEN]
    await kennel.peer.until(lambda: "Redirect" in kennel.peer.names())

    moved = {said["Channel"] for said in kennel.peer.said if said["Action"] == "Redirect"}
    assert moved == {CHANNEL}
    assert kennel.watchdog.health.counters.forged >= 1
