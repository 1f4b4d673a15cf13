"""Whether agents' phones can be reached, as Asterisk sees it: lost, and back."""

import logging

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import NotFound
from ari_app.workers.dispatcher import Dispatcher

log = logging.getLogger(__name__)

HERE = frozenset({"Reachable", "NonQualified", "Created", "Updated"})
AWAY = frozenset({"Unreachable", "Removed"})


class Phones:
    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def contact(self, endpoint: str, status: str) -> None:
        """A contact of this endpoint changed: words of Asterisk's ContactStatusChange."""
        try:
            seat = self._dispatcher.roster.at_phone(endpoint)
        except NotFound:
            return
        if status in AWAY and seat.state is AgentState.READY:
            self._dispatcher.phone_gone(seat)
        elif status in HERE:
            self._dispatcher.phone_back(seat)
