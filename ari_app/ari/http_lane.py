"""The slow lane: keep-alive HTTP, so that operations that wait do so side by side."""

from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout
from yarl import URL

from ari_app.ari.errors import AriUnavailable
from ari_app.ari.options import Options
from ari_app.ari.resource import Answer, Operation
from ari_app.ari.stats import Stats

_JSON = {"Content-Type": "application/json"}


class HttpLane:
    def __init__(self, session: ClientSession, url: str, options: Options, stats: Stats) -> None:
        self._session = session
        self._url = url
        self._stats = stats
        self._timeout = ClientTimeout(total=options.request_timeout)
        self._file_timeout = ClientTimeout(total=options.file_timeout)

    async def send(self, operation: Operation[Any], uri: str, body: bytes | None) -> Answer:
        """Includes the wait for a free connection; AriUnavailable when that takes too long."""
        self._stats.slow_requests += 1
        try:
            return await self._exchange(operation, uri, body)
        except TimeoutError as error:
            self._stats.timeouts += 1
            raise AriUnavailable(operation.name, "no answer", outcome_known=False) from error
        except ClientConnectorError as error:
            raise AriUnavailable(operation.name, str(error), outcome_known=True) from error
        except (ClientError, OSError) as error:
            raise AriUnavailable(operation.name, str(error), outcome_known=False) from error

    async def _exchange(self, operation: Operation[Any], uri: str, body: bytes | None) -> Answer:
        async with self._session.request(
            operation.method,
            URL(f"{self._url}/{uri}", encoded=True),
            data=body,
            headers=_JSON if body is not None else None,
            timeout=self._file_timeout if operation.binary else self._timeout,
        ) as response:
            return Answer(response.status, response.reason or "", await response.read())
