"""Whether agents' phones can be reached, as Asterisk sees it: lost, and back.

A phone that is lost while there is work makes no difference yet: the work ends in its own way, and
the agent is not ready after it.
"""

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
        if status in AWAY:
            seat.is_unreachable = True
            if seat.state is AgentState.READY:
                self._dispatcher.phone_gone(seat)
        elif status in HERE:
            seat.is_unreachable = False
            self._dispatcher.phone_back(seat)

    def found(self, endpoint: str, state: str | None) -> None:
        """What it is now, in a word of ARI's Endpoint: for whoever has not heard every change."""
        self.contact(endpoint, "Reachable" if state == "online" else "Unreachable")
