"""Who works here and by which rules, in the roster; a changed row takes effect at once.

Nobody is moved by it: a changed agent keeps the state, whoever is dismissed (`is_active`) stays
until the engine starts again.
"""

from typing import Never

from ari_app.store import agents, missed, pauses
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.follower import Follower, Listen
from ari_app.workers.recording_index import Ask


class StaffDirectory:
    def __init__(self, ask: Ask, listen: Listen, dispatcher: Dispatcher) -> None:
        self._ask = ask
        self._dispatcher = dispatcher
        self._follower = Follower("staff", listen, self.load)

    async def load(self) -> None:
        """Raises: Unavailable, and all stays as it was."""
        members = await self._ask(agents.load)
        known_pauses = await self._ask(pauses.load)
        missed_rules = await self._ask(missed.load)
        dispatcher = self._dispatcher
        dispatcher.roster.pauses, dispatcher.missed_rules = known_pauses, missed_rules
        for seat in dispatcher.roster.load(members):
            dispatcher.retrain(seat)

    async def run(self) -> Never:
        """Follows what others change until cancelled."""
        await self._follower.run()
