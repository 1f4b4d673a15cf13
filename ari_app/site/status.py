"""Each part of a site: green, or a reason and what to do."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from ari_app.domain.errors import HotlineError, Unavailable
from ari_app.site import e1
from ari_app.site.asked import agi_answers, engine_health, watchdog_health
from ari_app.site.units import watchdog_unit
from ari_app.store.db import connector

if TYPE_CHECKING:
    from ari_app.site.installation import Installation

STALE_SECONDS = 15.0  # the watchdog says something every second, or every five without Asterisk


@dataclass(frozen=True, slots=True)
class Part:
    """How one part is: `reason` says what is wrong and what to do."""

    name: str
    ok: bool
    reason: str = ""


class Status:
    """Asks the parts themselves, so that it does not matter who started them."""

    def __init__(self, installation: "Installation") -> None:
        self._installation = installation
        self._site = installation.site

    async def parts(self) -> AsyncIterator[Part]:
        for name, look in (
            ("PostgreSQL", self._postgres),
            ("Redis", self._redis),
            ("Asterisk", self._asterisk),
            *([("E1", self._e1)] if self._installation.choices.e1 else []),
            ("agi", self._agi),
            ("watchdog", self._watchdog),
            ("ari_app", self._engine),
        ):
            try:
                yield Part(name, ok=True, reason=await look())
            except (HotlineError, OSError, TimeoutError, aiohttp.ClientError) as error:
                yield Part(name, ok=False, reason=str(error) or type(error).__name__)

    async def _postgres(self) -> str:
        connection = await connector(self._site.database_url, within=2.0)()
        try:
            return f"version {await connection.fetchval('SHOW server_version')}"
        finally:
            await connection.close()

    async def _redis(self) -> str:
        if not await self._installation.redis.is_ready():
            since = await self._stale_since()
            raise Unavailable(
                f"does not answer; calls go on, the live view is stale{since}: `hotline up`"
            )
        return f"port {self._site.ports.redis}"

    async def _stale_since(self) -> str:
        with suppress(aiohttp.ClientError, TimeoutError):
            since = (await engine_health(self._site)).get("live_view_stale_since")
            return f" since {since:.19}" if since else ""
        return ""

    async def _asterisk(self) -> str:
        shown = await asyncio.to_thread(
            self._installation.asterisk.console, "core show channels count"
        )
        if not shown:
            raise Unavailable("does not answer, nobody can call: `hotline up`")
        calls = next((line for line in shown.splitlines() if "active call" in line), "")
        return f"version {self._installation.program.version.partition('+')[0]}, {calls}"

    async def _e1(self) -> str:
        return e1.judge(await asyncio.to_thread(self._installation.asterisk.console, e1.QUESTION))

    async def _agi(self) -> str:
        if not await agi_answers(self._site):
            raise Unavailable("does not answer, calls take the default route: `hotline up`")
        return f"port {self._site.ports.agi}"

    async def _watchdog(self) -> str:
        file, pid = self._site.watchdog_health, self._installation.watchdog.pid()
        if pid is None and (unit := await asyncio.to_thread(watchdog_unit, self._site)):
            file, pid = unit.health_file, unit.pid
        if pid is None:
            raise Unavailable(
                "is not running; a call ari_app does not take waits for ever: `hotline up`"
            )
        health = watchdog_health(file, pid)
        if not health or time.time() - health["at"] > STALE_SECONDS:
            raise Unavailable(f"says nothing; see {self._installation.watchdog.log_file}")
        if not health["ok"]:
            raise Unavailable(health["reason"])
        if held := health["held_without_engine"]:
            return f"{held} callers wait for ari_app to come back"
        return f"{health['counters']['rescued']} callers rescued"

    async def _engine(self) -> str:
        try:
            health = await engine_health(self._site)
        except aiohttp.ClientConnectorError:
            if self._installation.engine.pid() is not None:
                raise
            raise Unavailable("is not running, callers hear the fallback: `hotline up`") from None
        if not health["ready"]:
            missing = [name for name, ok in health["parts"].items() if not ok]
            raise Unavailable(f"is not ready: {', '.join(missing)}")
        return f"{health['live_calls']} live calls"
