"""As much of Redis as the live view uses, in memory; it can be away, or lose everything."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Self

import redis.exceptions


class FakeRedis:
    def __init__(self) -> None:
        self.strings: dict[str, bytes] = {}
        self.hashes: dict[str, dict[str, bytes]] = defaultdict(dict)
        self.news: list[bytes] = []
        self.is_away = False
        self.closed = False
        self.writes = 0  # pipelines carried out that changed a hash

    def flush(self) -> None:
        self.strings.clear()
        self.hashes.clear()

    def answer(self) -> None:
        if self.is_away:
            raise redis.exceptions.ConnectionError("Connection refused")

    def pipeline(self, *, transaction: bool) -> "Pipeline":
        return Pipeline(self)

    async def aclose(self) -> None:
        self.closed = True


class Pipeline:
    """Does nothing before `execute`."""

    def __init__(self, redis: FakeRedis) -> None:
        self._redis = redis
        self._commands: list[Callable[[], object]] = []
        self._writes = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    def get(self, key: str) -> None:
        self._commands.append(lambda: self._redis.strings.get(key))

    def set(self, key: str, value: str) -> None:
        self._commands.append(lambda: self._redis.strings.update({key: value.encode()}))

    def delete(self, key: str) -> None:
        self._writes = 1
        self._commands.append(lambda: self._redis.hashes.pop(key, None))

    def hset(
        self,
        key: str,
        field: str | None = None,
        value: bytes | None = None,
        mapping: Mapping[str, bytes] | None = None,
    ) -> None:
        self._writes = 1
        fields: dict[Any, Any] = dict(mapping) if mapping is not None else {field: value}
        self._commands.append(lambda: self._redis.hashes[key].update(fields))

    def hdel(self, key: str, field: str) -> None:
        self._writes = 1
        self._commands.append(lambda: self._redis.hashes[key].pop(field, None))

    def publish(self, channel: str, text: bytes) -> None:
        self._commands.append(lambda: self._redis.news.append(text))

    async def execute(self) -> list[Any]:
        self._redis.answer()
        self._redis.writes += self._writes
        return [command() for command in self._commands]
