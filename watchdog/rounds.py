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
from watchdog.stranded import GROUP, TAKEN, Forged, Patience, Seen, read_channel

log = logging.getLogger(__name__)

ASKED = (GROUP, "CC_CALL")
LONGEST_BREAK = 5.0
# A look that lists every channel costs both sides CPU per channel: at most a tenth of the time.
SHARE = 10
# The list is only asked for when Asterisk counts a caller whom nobody took, or the engine is away;
# and once in so many looks all the same, for callers whom a dialplan of the site let in uncounted.
LOOKS_A_LIST = 10


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
        age = _age(await ami.global_variable("CC_ALIVE"), time.time())
        is_away = age is None or age > self._settings.patience_seconds
        new = await ami.callers("new")
        if is_away or new or self.health.counters.looks % LOOKS_A_LIST == 0:
            await self._list(ami, is_away=is_away)
        else:
            self.health.not_taken = self.health.held_without_engine = 0
        self._note(age, new + await ami.callers("taken"))

    async def _list(self, ami: Ami, *, is_away: bool) -> None:
        channels = tuple(self._read(await ami.channels(ASKED)))
        for channel in self._patience.stranded(channels, time.monotonic()):
            await self._rescue(ami, channel)
            notify("WATCHDOG=1")
        self.health.not_taken = self._patience.waiting
        self._count_held(channels, is_away=is_away)

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
            if await ami.variable(channel.name, GROUP) == TAKEN:
                return  # taken since the list was made
            await ami.send_to_fallback(channel.name, "watchdog")
        except (AmiSaidNo, Refused) as error:
            self.health.counters.not_rescued += 1
            log.warning("not rescued: %s", error, extra=about)
        else:
            self.health.counters.rescued += 1
            log.warning("sent to the fallback: nobody took the call", extra=about)

    def _count_held(self, channels: Iterable[Seen], *, is_away: bool) -> None:
        """Callers whom ari_app had taken keep their place and their music while it is away:
        they are counted, never moved."""
        held = sum(one.is_call and one.acknowledged and not one.bridged for one in channels)
        if is_away and held and not self.health.held_without_engine:
            log.warning("callers wait for ari_app to come back", extra={"calls": held})
        self.health.held_without_engine = held if is_away else 0

    def _note(self, age: float | None, calls: int) -> None:
        health = self.health
        health.heartbeat_age = age
        health.calls = calls
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
