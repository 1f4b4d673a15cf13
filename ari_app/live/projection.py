"""The live view in Redis: written after the fact, in the background, never waited for."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from ari_app.domain.later import Later
from ari_app.live import keys

if TYPE_CHECKING:
    import redis
    import redis.asyncio
    import redis.exceptions
else:
    redis = Later("redis")

log = logging.getLogger(__name__)

Snapshot = Callable[[], Mapping[str, Mapping[str, Any]]]
CHECK_SECONDS = 2.0


class LiveView:
    """Collects what changed and writes it in one go; rebuilds all of it when Redis lost it.

    `build` gives the whole view: hash key -> field -> value.
    """

    def __init__(self, url: str, build: Snapshot) -> None:
        self._url = url
        self._build = build
        self._epoch = uuid4().hex
        self._changed: dict[tuple[str, str], Any] = {}
        self._wake = asyncio.Event()
        self.away_since: datetime | None = None  # watchers see what was so then

    def put(self, key: str, field: str, value: Any) -> None:
        """The newest value of one field, None to remove it; older unsent ones are dropped."""
        self._changed[key, field] = value
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. While Redis is away nothing piles up: it will be built afresh."""
        try:
            while True:
                await self._round()
        finally:
            await self._redis.aclose()

    @cached_property
    def _redis(self) -> "redis.asyncio.Redis":
        return redis.asyncio.Redis.from_url(
            self._url, socket_timeout=1.0, socket_connect_timeout=1.0
        )

    async def _round(self) -> None:
        try:
            if not await self._is_ours():
                await self._rebuild()
            await self._send()
            self.away_since = None
        except (redis.exceptions.RedisError, OSError) as error:
            if self.away_since is None:
                self.away_since = datetime.now(UTC)
                log.warning("live view is away: %s", error)
            self._changed.clear()
            self._epoch = uuid4().hex  # whatever is there when Redis is back, it is not ours
            await asyncio.sleep(1.0)
            return
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _is_ours(self) -> bool:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(keys.EPOCH)
            pipe.set(keys.SEEN, datetime.now(UTC).isoformat())
            epoch, _ = await pipe.execute()
        return bool(epoch == self._epoch.encode())

    async def _rebuild(self) -> None:
        self._changed.clear()
        async with self._redis.pipeline(transaction=True) as pipe:
            for key, fields in self._build().items():
                pipe.delete(key)
                if fields:
                    pipe.hset(key, mapping={f: msgspec.json.encode(v) for f, v in fields.items()})
            pipe.set(keys.EPOCH, self._epoch)
            await pipe.execute()

    async def _send(self) -> None:
        self._wake.clear()
        changed, self._changed = self._changed, {}
        if not changed:
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            for (key, field), value in changed.items():
                if value is None:
                    pipe.hdel(key, field)
                else:
                    pipe.hset(key, field, msgspec.json.encode(value))
                pipe.publish(keys.NEWS, msgspec.json.encode([key, field, value]))
            await pipe.execute()
