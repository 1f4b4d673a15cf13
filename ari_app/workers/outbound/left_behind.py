"""Attempts of a process that died, closed from what Asterisk says.

    its channel is nowhere in the event log     not dialled at all: failed, not_dialled
    it answered there                           answered, though nobody of ours was there
    it is there, not answered                   cancelled: it was hung up, or ended by itself

A callback among them is due again: at once when nothing was dialled, else after the usual time.
"""

import logging
from datetime import timedelta

from ari_app.domain.attempt import AttemptOutcome
from ari_app.domain.outbound_facts import AttemptEnded, CallbackPutOff
from ari_app.ports import Clock, Journal
from ari_app.store import attempts
from ari_app.store.attempts import OpenAttempt
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

NOT_DIALLED, INTERRUPTED = "not_dialled", "engine_restart"


class LeftBehind:
    def __init__(
        self, ask: Ask, journal: Journal, clock: Clock, node: str, retry_seconds: float
    ) -> None:
        self._ask = ask
        self._journal = journal
        self._clock = clock
        self._node = node
        self._retry = timedelta(seconds=retry_seconds)

    async def close(self) -> int:
        """Before anything is dialled, and once the event log has been read to its end. Raises
        Unavailable."""
        found = await self._ask(lambda db: attempts.open_attempts(db, self._node))
        for attempt in found:
            await self._close(attempt)
        return len(found)

    async def _close(self, attempt: OpenAttempt) -> None:
        seen = await self._ask(lambda db: attempts.seen(db, attempt.leg_id))
        outcome, reason = verdict(seen)
        now = self._clock.now()
        log.warning("attempt left behind: %s", reason, extra={"call_id": str(attempt.call_id)})
        self._journal.write(
            AttemptEnded(
                call_id=attempt.call_id,
                arrived_at=attempt.arrived_at,
                at=now,
                attempt_id=attempt.id,
                outcome=outcome,
                reason=reason,
            )
        )
        if attempt.callback_id is not None:
            due_at = now if reason == NOT_DIALLED else now + self._retry
            self._journal.write(
                CallbackPutOff(at=now, callback_id=attempt.callback_id, due_at=due_at)
            )


def verdict(seen: frozenset[str]) -> tuple[AttemptOutcome, str]:
    """Args: seen: the kinds of events that Asterisk wrote of the channel."""
    if not seen:
        return AttemptOutcome.FAILED, NOT_DIALLED
    is_answered = "ANSWER" in seen
    return AttemptOutcome.ANSWERED if is_answered else AttemptOutcome.CANCELLED, INTERRUPTED
