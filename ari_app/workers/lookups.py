"""The look-ups in force, and who answers them: our database, or a service."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path
from typing import Any

from ari_app.domain.errors import BadFlow, NotFound, Unavailable
from ari_app.domain.finding import Finding, error
from ari_app.domain.lookup import LookUp, as_text, lookup_problems, picked, read_lookup
from ari_app.store.db import Connect
from ari_app.store.lookups import first_row

AT_ONCE = 8  # further ones wait for their turn within their deadline
Fetch = Callable[[str, float], Awaitable[Any]]


class LookUps:
    """`look_up` always ends within the deadline of the query."""

    def __init__(
        self, queries: Mapping[str, LookUp], connect: Connect, fetch: Fetch, zone: tzinfo
    ) -> None:
        """Args: zone: whose time moments are told in."""
        self.queries = queries
        self._connect = connect
        self._fetch = fetch
        self._zone = zone
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def look_up(self, name: str, values: Mapping[str, str]) -> Mapping[str, str] | None:
        """Column -> text of the first thing that is found; None for nothing.

        Raises:
            Unavailable: nobody answered in time, or not sensibly. NotFound: no such query.
        """
        query = self.queries.get(name)
        if query is None:
            raise NotFound("query", name)
        try:
            async with asyncio.timeout(query.deadline_seconds), self._turns:
                return await self._asked(query, values)
        except TimeoutError as late:
            raise Unavailable(f"query {name}: no answer in time") from late

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


def read_queries(
    folder: Path, hosts: Collection[str]
) -> tuple[Mapping[str, LookUp], list[Finding]]:
    """Every query of the folder that can be asked, by name, and what is wrong with the others."""
    queries: dict[str, LookUp] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            query = read_lookup(path.read_text(encoding="utf-8"), str(path))
        except BadFlow as bad:
            findings += bad.findings
            continue
        except UnicodeDecodeError as bad:
            what = f"byte {bad.start} is not UTF-8"
            findings.append(error(path.name, "", what, "save the file as UTF-8"))
            continue
        wrong = [replace(one, file=path.name) for one in lookup_problems(query, hosts)]
        if query.name in queries:
            what = f"another file has a query {query.name!r} already"
            wrong.append(error(path.name, "", what, "give one of them another name"))
        findings += wrong
        if not wrong:
            queries[query.name] = query
    return queries, findings


def load_queries(folder: Path, hosts: Collection[str]) -> Mapping[str, LookUp]:
    """Raises: BadFlow: every finding of every file at once."""
    queries, findings = read_queries(folder, hosts)
    if findings:
        raise BadFlow(findings)
    return queries
