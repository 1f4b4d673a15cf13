"""An auditor of one's own for a running site: its database, its Asterisk, its files."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import aiohttp
import msgspec

from ari_app.domain.errors import Unavailable
from ari_app.site.layout import Site
from ari_app.store.db import Db, open_pool
from ari_app.workers.audit_checks import Checks, Sources
from ari_app.workers.audit_files import AuditedFiles
from ari_app.workers.audit_recordings import RecordingCheck
from ari_app.workers.auditor import Auditor

T = TypeVar("T")
SLOWEST = 30.0  # seconds a question about a long time may take


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return self.now().timestamp()


class _Asterisk:
    """Two questions, over plain HTTP: a connection of its own app would take the engine's."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url

    async def channels(self) -> Collection[str]:
        return {channel["id"] for channel in await self._get("channels")}

    async def started_at(self) -> datetime:
        info = await self._get("asterisk/info?only=status")
        return msgspec.convert(info["status"]["startup_time"], datetime)

    async def _get(self, path: str) -> Any:
        try:
            async with self._http.get(f"{self._url}/ari/{path}") as answer:
                answer.raise_for_status()
                return await answer.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(f"Asterisk: {str(error) or type(error).__name__}") from error


@asynccontextmanager
async def auditor_of(site: Site) -> AsyncIterator[Auditor]:
    """Raises: Unavailable when PostgreSQL does not answer, BadSettings for hotline.env."""
    node = site.choices().setting("node")
    pool = await open_pool(site.database_url, size=2, deadline=SLOWEST)
    login = {"Authorization": aiohttp.encode_basic_auth("hotline", site.secrets.ari)}
    timeout = aiohttp.ClientTimeout(total=5)

    async def ask(question: Callable[[Db], Awaitable[T]]) -> T:
        async with pool.acquire() as connection:
            return await question(connection)

    try:
        async with aiohttp.ClientSession(headers=login, timeout=timeout) as http:
            asterisk = _Asterisk(http, site.ari_url)
            sources = Sources(asterisk.channels, asterisk.started_at)
            recordings = RecordingCheck(ask, AuditedFiles(site.recordings))
            yield Auditor(Checks(ask, recordings, node, sources), _Clock())
    finally:
        await pool.close()
