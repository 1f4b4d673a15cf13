"""Who answers look-ups: our database, or a service."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import tzinfo
from typing import Any

from ari_app.domain.errors import Unavailable
from ari_app.domain.lookup import LookUp, as_text, picked
from ari_app.store.db import Connect
from ari_app.store.lookups import first_row

AT_ONCE = 8  # further ones wait for their turn within their deadline
Fetch = Callable[[str, float], Awaitable[Any]]


class LookUps:
    """`look_up` always ends within the deadline of the query."""

    def __init__(self, connect: Connect, fetch: Fetch, zone: tzinfo) -> None:
        """Args: zone: whose time moments are told in."""
        self._connect = connect
        self._fetch = fetch
        self._zone = zone
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def look_up(self, query: LookUp, values: Mapping[str, str]) -> Mapping[str, str] | None:
        """Column -> text of the first thing that is found; None for nothing.

        Raises:
            Unavailable: nobody answered in time, or not sensibly.
        """
        try:
            async with asyncio.timeout(query.deadline_seconds), self._turns:
                return await self._asked(query, values)
        except TimeoutError as late:
            raise Unavailable(f"query {query.name}: no answer in time") from late

    async def _asked(self, query: LookUp, values: Mapping[str, str]) -> Mapping[str, str] | None:
        if query.sql:
            sql, order = query.statement()
            bound = [values.get(one, "") for one in order]
            row = await first_row(self._connect, sql, bound, query.deadline_seconds)
            places = {column: column for column in query.columns}
            found = None if row is None else row
        else:
            answer = await self._fetch(query.address(values), query.deadline_seconds)
            places = dict(query.columns) if isinstance(query.columns, dict) else {}
            found = None if answer is None else {c: picked(answer, p) for c, p in places.items()}
        if found is None:
            return None
        return {column: as_text(found.get(column), self._zone) for column in places}
