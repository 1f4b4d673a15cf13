"""Whether agents' phones can be reached, as Asterisk sees it: lost, and back.

A phone that is lost while there is work makes no difference yet: the work ends in its own way, and
the agent is not ready after it.
"""

import logging
from collections.abc import Mapping

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import NotFound
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.roster import Seat

log = logging.getLogger(__name__)

HERE = frozenset({"Reachable", "NonQualified", "Created", "Updated"})
AWAY = frozenset({"Unreachable", "Removed"})


class Phones:
    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._uris: dict[str, str] = {}  # endpoint -> where its phone was last seen

    def contact(self, endpoint: str, uri: str, status: str) -> None:
        """A contact of this endpoint changed: words of Asterisk's ContactStatusChange.

        A phone that registers from elsewhere has two contacts for a moment. That the old one is
        gone may be said after all that is said of the new one, and means nothing.
        """
        seat = self._seat(endpoint)
        if seat is None:
            return
        if status in AWAY and self._uris.get(endpoint, uri) == uri:
            self._away(seat)
        elif status in HERE:
            self._uris[endpoint] = uri
            seat.has_returned = True
            self._here(seat)

    def found_all(self, states: Mapping[str, str]) -> None:
        for endpoint, state in states.items():
            self.found(endpoint, state)

    def found(self, endpoint: str, state: str | None) -> None:
        """What it is now, in a word of ARI's Endpoint: for whoever has not heard every change."""
        seat = self._seat(endpoint)
        self._uris.pop(endpoint, None)
        if seat is not None:
            (self._here if state == "online" else self._away)(seat)

    def _seat(self, endpoint: str) -> Seat | None:
        try:
            return self._dispatcher.roster.at_phone(endpoint)
        except NotFound:
            return None

    def _away(self, seat: Seat) -> None:
        seat.is_unreachable, seat.has_returned = True, False
        if seat.state is AgentState.READY:
            self._dispatcher.phone_gone(seat)

    def _here(self, seat: Seat) -> None:
        seat.is_unreachable = False
        self._dispatcher.phone_back(seat)
