"""The watch itself: look, rescue, look again; connect anew whenever AMI does not answer."""

import asyncio
import contextlib
import itertools
import logging
import random
import time
from collections.abc import Iterable, Iterator

from watchdog.ami import Ami, AmiLost, AmiSaidNo
from watchdog.guard import Refused
from watchdog.health import Health
from watchdog.notify import notify
from watchdog.settings import Settings
from watchdog.stranded import Forged, Patience, Seen, read_channel

log = logging.getLogger(__name__)

ASKED = ("CC_ACK", "CC_CALL")
LONGEST_BREAK = 5.0
# A look lists every channel and costs both sides some CPU per channel: at most a tenth of the time.
SHARE = 10


class Watchdog:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._patience = Patience(settings.patience_seconds)
        self.health = Health(settings.health_file)

    async def run(self) -> None:
        """For ever. Each connection is used until it fails; then a break, then the next one."""
        breaks = _breaks()
        notify("READY=1")
        while True:
            try:
                async with self._open() as ami:
                    self.health.counters.connections += 1
                    log.info("connected to AMI")
                    breaks = _breaks()
                    await self._watch(ami)
            except (AmiLost, AmiSaidNo, Refused) as error:
                self._lost(error)
            notify("WATCHDOG=1")
            await asyncio.sleep(next(breaks))

    def _open(self) -> "contextlib.AbstractAsyncContextManager[Ami]":
        chosen = self._settings
        return Ami.open(
            chosen.ami_host,
            chosen.ami_port,
            chosen.ami_user,
            chosen.ami_password,
            chosen.action_seconds,
        )

    def _lost(self, error: Exception) -> None:
        reason = f"AMI: {error}"
        if reason != self.health.reason:  # said once, not at every try
            log.warning("no connection", extra={"reason": reason})
        self.health.reason = reason
        self.health.counters.connections_lost += 1
        self.health.write()

    async def _watch(self, ami: Ami) -> None:
        while True:
            started = time.monotonic()
            await self._look(ami)
            notify("WATCHDOG=1")
            took = time.monotonic() - started
            await asyncio.sleep(max(self._settings.look_seconds - took, (SHARE - 1) * took))

    async def _look(self, ami: Ami) -> None:
        alive = await ami.global_variable("CC_ALIVE")
        channels = tuple(self._read(await ami.channels(ASKED)))
        stranded = self._patience.stranded(channels, time.monotonic())
        for channel in stranded:
            await self._rescue(ami, channel)
            notify("WATCHDOG=1")
        self._note(channels, _age(alive, time.time()))

    def _read(self, events: Iterable[dict[str, object]]) -> Iterator[Seen]:
        for event in events:
            try:
                yield read_channel(event)
            except Forged as error:
                self.health.counters.forged += 1
                log.warning("a channel that cannot be read", extra={"header": str(error)})

    async def _rescue(self, ami: Ami, channel: Seen) -> None:
        self._patience.tried(channel)
        about = {"channel": channel.name, "call_id": channel.call_id}
        try:
            if await ami.variable(channel.name, "CC_ACK") == "1":
                return  # taken since the list was made
            await ami.send_to_fallback(channel.name, "watchdog")
        except (AmiSaidNo, Refused) as error:
            self.health.counters.not_rescued += 1
            log.warning("not rescued: %s", error, extra=about)
        else:
            self.health.counters.rescued += 1
            log.warning("sent to the fallback: nobody took the call", extra=about)

    def _note(self, channels: Iterable[Seen], age: float | None) -> None:
        """Callers whom ari_app had taken keep their place and their music while it is away:
        they are counted, never moved."""
        health, calls = self.health, [channel for channel in channels if channel.is_call]
        away = age is None or age > self._settings.patience_seconds
        held = [channel for channel in calls if channel.acknowledged and not channel.bridged]
        if away and held and not health.held_without_engine:
            log.warning("callers wait for ari_app to come back", extra={"calls": len(held)})
        health.held_without_engine = len(held) if away else 0
        health.heartbeat_age = age
        health.calls_in_stasis = len(calls)
        health.not_taken = self._patience.waiting
        health.reason = ""
        health.counters.looks += 1
        health.write()


def _breaks() -> Iterator[float]:
    """Seconds between tries: doubling, with jitter, never more than LONGEST_BREAK."""
    for step in itertools.count():
        yield min(LONGEST_BREAK, 0.25 * 2 ** min(step, 10)) * random.uniform(0.8, 1.0)


def _age(alive: str | None, now: float) -> float | None:
    """Seconds since the heartbeat; None for a value that is no time."""
    try:
        return None if alive is None else max(0.0, now - float(alive))
    except ValueError:
        return None
