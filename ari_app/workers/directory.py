"""Where numbers lead and who speaks what, in memory, so that the first prompt waits for nothing.

    routes         all of them: told of changes, read again as a whole
    customers      asked for with their past, call by call, while the first prompt plays
    other speakers numbers of customers whom that first prompt would address in the wrong language

While PostgreSQL is away the last routes stay in force and callers are nobody in particular.
"""

import asyncio
import logging
from collections.abc import Collection
from typing import Never

from ari_app.domain.acd.past import NO_PAST, Past
from ari_app.domain.call import CallFacts
from ari_app.domain.errors import Unavailable
from ari_app.domain.route import DEFAULT_ROUTE, Customer, Route, RouteTable
from ari_app.store import callers, routes
from ari_app.workers.follower import Follower, Listen
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds a caller may stay unknown; the first prompt is longer than that


class Directory:
    """Routes in memory, customers asked for."""

    def __init__(self, ask: Ask, listen: Listen) -> None:
        self._ask = ask
        self.follower = Follower("routing", listen, self.load)
        self._table = RouteTable()
        self._other_speakers: Collection[str] = frozenset()

    # ---- what calls ask ----

    def route(self, dialled: str) -> Route:
        return self._table.find(dialled)

    def is_language_sure(self, language: str, caller: str) -> bool:
        """Can this caller be addressed in the route's language without asking who it is?"""
        return language == DEFAULT_ROUTE.language and caller not in self._other_speakers

    async def met(self, call: CallFacts) -> tuple[Customer | None, Past]:
        """Who calls, and their past with us; nobody in particular when nobody knows, cannot say in
        time, or the number is withheld."""
        if not call.caller:
            return None, NO_PAST
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ask(
                    lambda db: callers.met(
                        db, call_id=call.id, dialled=call.dialled, caller=call.caller
                    )
                )
        except (Unavailable, TimeoutError) as error:
            log.warning("a caller stays unknown: %s", error or "no answer in time")
            return None, NO_PAST

    # ---- keeping up ----

    async def load(self) -> None:
        """Raises: Unavailable, and all stays as it was."""
        table = RouteTable(await self._ask(routes.load))
        self._other_speakers = await self._ask(routes.other_speakers)
        self._table = table

    async def run(self) -> Never:
        """Follows what others change until cancelled."""
        await self.follower.run()
