"""An engine that freezes or dies: who is served by what, and how soon.

Shown with `--log-cli-level=info`: the seconds each recovery took.
"""

import asyncio
import json
import logging
import signal
import time
from typing import Any

import aiohttp
import pytest

from ari_app.lab.lab import Lab, until
from ari_app.lab.party import Party
from tests.faults.verdict import complaints
from tests.lab.hotline import Hotline

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.beside]
log = logging.getLogger(__name__)

GATE_SECONDS = 5.0
PATIENCE_SECONDS = 6.0  # HOTLINE_WATCHDOG_SECONDS
STANDSTILL_SECONDS = 5.0  # HOTLINE_FROZEN_SECONDS
HEARING = 1.0  # from the first frame of a prompt until it is told from others, and set-up before it
FALLBACK = "zh/fallback-welcome"


class Stopwatch:
    def __init__(self) -> None:
        self.began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def note(self, what: str) -> float:
        seconds = self.seconds
        log.info("%s: %.1f s", what, seconds)
        return seconds


def watchdog_health(lab: Lab) -> dict[str, Any]:
    health: dict[str, Any] = json.loads(lab.site.watchdog_health.read_text())
    return health


async def gate_closed(lab: Lab) -> bool:
    """What [from-trunk] would say now."""
    shown = await asyncio.to_thread(lab.installation.asterisk.console, "dialplan show globals")
    alive = next(line for line in shown.splitlines() if line.strip().startswith("CC_ALIVE="))
    return int(time.time()) - int(alive.partition("=")[2]) > GATE_SECONDS - 1


async def served_by_the_flow(hotline: Hotline) -> Party:
    """The first caller whom the flow greets; those before hear the fallback and hang up."""
    while True:
        caller = await hotline.arrive()
        heard = await caller.until_heard(FALLBACK, "zh/welcome", within=15)
        if heard.what == "zh/welcome":
            return caller
        await hotline.hang_up(caller)


async def is_ready(lab: Lab) -> bool:
    try:
        return bool((await lab.installation.health())["ready"])
    except (aiohttp.ClientError, TimeoutError):
        return False


async def keep(lab: Lab) -> None:
    """From now on what dies is started again, as `hotline up` does it."""
    lab.installation.keep = True
    try:
        await lab.installation.start_engine()
    finally:
        lab.installation.keep = False


async def test_a_frozen_engine_gets_no_new_calls_after_five_seconds(
    lab: Lab, hotline: Hotline
) -> None:
    frozen = Stopwatch()
    lab.installation.engine.signal(signal.SIGSTOP)

    await until(lambda: gate_closed(lab), GATE_SECONDS + 2, "the gate is shut")
    shut_after = frozen.note("frozen engine, until the gate is shut")
    dialled = Stopwatch()
    newcomer = await hotline.arrive()
    await newcomer.until_heard(FALLBACK, within=GATE_SECONDS)

    dialled.note("newcomer, until the fallback is heard")
    assert shut_after <= GATE_SECONDS + 0.3  # the console took its time to answer
    assert dialled.seconds < 2 + HEARING
    await hotline.hang_up(newcomer)
    assert (await hotline.record_of(newcomer))["outcome"] == "fallback"


async def test_a_call_that_nobody_takes_is_sent_to_the_fallback(lab: Lab, hotline: Hotline) -> None:
    rescued = watchdog_health(lab)["counters"]["rescued"]
    lab.installation.engine.signal(signal.SIGSTOP)
    dialled = Stopwatch()
    caller = await hotline.arrive()

    await caller.until_heard(FALLBACK, within=PATIENCE_SECONDS + 10)

    seconds = dialled.note("call in the gap, until the fallback is heard")
    assert PATIENCE_SECONDS - 1 < seconds <= PATIENCE_SECONDS + 2 + HEARING
    assert watchdog_health(lab)["counters"]["rescued"] == rescued + 1
    await hotline.hang_up(caller)
    assert (await hotline.record_of(caller))["outcome"] == "fallback"


async def test_who_was_taken_keeps_place_and_music_while_the_engine_is_away(
    lab: Lab, hotline: Hotline
) -> None:
    await hotline.login("1001")
    waiting = await hotline.arrive("11")
    await waiting.until_heard("music", within=30)
    await asyncio.to_thread(lab.installation.engine.kill)

    await asyncio.sleep(PATIENCE_SECONDS + 4)
    before = waiting.ear.seconds("music")
    await asyncio.sleep(2)

    assert waiting.ear.seconds("music") > before + 1
    assert not waiting.ear.times(FALLBACK)
    assert watchdog_health(lab)["held_without_engine"] == 1
    parts = {part.name: part async for part in lab.installation.status()}
    assert "1 callers wait" in parts["watchdog"].reason
    await hotline.hang_up(waiting)


async def test_an_engine_that_wakes_up_late_ends_itself(lab: Lab, hotline: Hotline) -> None:
    engine = lab.installation.engine
    engine.signal(signal.SIGSTOP)
    await asyncio.sleep(STANDSTILL_SECONDS + 1)
    woken = Stopwatch()
    engine.signal(signal.SIGCONT)

    await until(lambda: _ended(lab), 5, "the engine ends")

    assert woken.note("woken engine, until it has ended") < 1
    assert any("stood still" in line for line in complaints(engine.log_file))


async def _ended(lab: Lab) -> bool:
    return lab.installation.engine.pid() is None


async def test_a_killed_engine_serves_new_calls_again(lab: Lab, hotline: Hotline) -> None:
    await keep(lab)
    killed = Stopwatch()
    await asyncio.to_thread(lab.installation.engine.kill)

    await until(lambda: is_ready(lab), 15, "the engine is back")
    ready_after = killed.note("kill -9, until the engine is ready")
    caller = await served_by_the_flow(hotline)

    killed.note("kill -9, until a new caller is greeted")
    assert ready_after < 5
    await hotline.hang_up(caller)


async def test_a_frozen_engine_is_ended_and_new_calls_are_served_again(
    lab: Lab, hotline: Hotline
) -> None:
    await keep(lab)
    engine = lab.installation.engine
    former = engine.pid()
    await asyncio.sleep(2)  # the keeper has heard of it
    frozen = Stopwatch()
    engine.signal(signal.SIGSTOP)

    await until(lambda: _replaced(lab, former), 15, "the frozen engine is ended")
    ended_after = frozen.note("SIGSTOP, until it is ended and started again")
    await until(lambda: is_ready(lab), 15, "the engine is back")
    frozen.note("SIGSTOP, until the engine is ready")
    caller = await served_by_the_flow(hotline)

    frozen.note("SIGSTOP, until a new caller is greeted")
    assert ended_after < 10
    await hotline.hang_up(caller)


async def _replaced(lab: Lab, former: int | None) -> bool:
    return lab.installation.engine.pid() not in (None, former)


async def test_a_dead_watchdog_is_said(lab: Lab, hotline: Hotline) -> None:
    await asyncio.to_thread(lab.installation.watchdog.kill)
    try:
        parts = {part.name: part async for part in lab.installation.status()}
    finally:
        await lab.installation.start_watchdog()

    assert not parts["watchdog"].ok
    assert "waits for ever" in parts["watchdog"].reason


async def test_a_frozen_asterisk_is_said_and_found_again(lab: Lab, hotline: Hotline) -> None:
    asterisk = lab.installation.asterisk.process
    asterisk.signal(signal.SIGSTOP)
    frozen = Stopwatch()
    try:
        await until(lambda: _watchdog_ok(lab, False), 10, "the watchdog says so")
        frozen.note("frozen Asterisk, until the watchdog says so")
    finally:
        asterisk.signal(signal.SIGCONT)
    woken = Stopwatch()

    await until(lambda: _watchdog_ok(lab, True), 15, "the watchdog is connected again")
    woken.note("woken Asterisk, until the watchdog watches again")


async def _watchdog_ok(lab: Lab, ok: bool) -> bool:
    return watchdog_health(lab)["ok"] is ok
