"""Who works here and by which rules, in the roster; a changed row takes effect at once.

A changed agent keeps the state. Whoever is dismissed (`is_active`) is logged out, at once or after
the present work, and cannot log in any more.
"""

from collections.abc import Awaitable, Callable
from typing import Never

from ari_app.store import agents, missed, pauses
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.follower import Follower, Listen
from ari_app.workers.recording_index import Ask
from ari_app.workers.roster import Changes


class StaffDirectory:
    def __init__(
        self,
        ask: Ask,
        listen: Listen,
        dispatcher: Dispatcher,
        meet_phones: Callable[[], Awaitable[None]],
    ) -> None:
        """Args: meet_phones: asks Asterisk which of the roster's are there, and to tell of them."""
        self._ask = ask
        self._dispatcher = dispatcher
        self._meet_phones = meet_phones
        self.follower = Follower("staff", listen, self._load_again)

    async def load(self) -> Changes:
        """Raises: Unavailable, and all stays as it was."""
        members = await self._ask(agents.load)
        known_pauses = await self._ask(pauses.load)
        missed_rules = await self._ask(missed.load)
        dispatcher = self._dispatcher
        dispatcher.roster.pauses, dispatcher.missed_rules = known_pauses, missed_rules
        return dispatcher.roster.load(members)

    async def _load_again(self) -> None:
        changes = await self.load()
        for seat in changes.new:
            self._dispatcher.roster.tell(seat)
        for seat in changes.dismissed:
            self._dispatcher.roster.dismiss(seat)
        for seat in changes.retrained:
            self._dispatcher.retrain(seat)
        for seat in changes.moved:
            if seat.member.phone is None:
                self._dispatcher.phone_gone(seat)
        if changes.new or changes.moved:
            await self._meet_phones()

    async def run(self) -> Never:
        """Follows what others change until cancelled."""
        await self.follower.run()
