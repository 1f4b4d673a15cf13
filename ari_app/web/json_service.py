"""Asks other systems over HTTP: allow-listed hosts, no redirects, small answers of JSON."""

import json
from typing import Any

import aiohttp

from ari_app.domain.errors import Unavailable

LARGEST = 65_536  # bytes
NOT_FOUND, OK, OK_END = 404, 200, 300


async def fetched(url: str, seconds: float) -> Any:
    """The answer; None for 404.

    Raises:
        Unavailable: no answer in time, a redirect, an error, too much, or no JSON.
    """
    limits = aiohttp.ClientTimeout(total=seconds)
    try:
        async with (
            aiohttp.ClientSession(timeout=limits, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status == NOT_FOUND:
                return None
            if not OK <= response.status < OK_END:
                raise Unavailable(f"the service answered {response.status}")
            body = await response.content.read(LARGEST + 1)
            while len(body) <= LARGEST and (more := await response.content.read(LARGEST)):
                body += more
            if len(body) > LARGEST:
                raise Unavailable("the service answered with too much")
            return json.loads(body)
    except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as error:
        raise Unavailable(f"the service: {type(error).__name__}") from error
