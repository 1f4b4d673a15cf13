"""Attempts of a process that died, closed from what Asterisk says.

    its channel is nowhere in the event log     not dialled at all: failed, not_dialled
    it answered there                           answered, though nobody of ours was there
    it is there, not answered                   cancelled: it was hung up, or ended by itself

A callback that was being dialled is done when its customer was found on the line. Else it is due
again: at once when nothing was dialled, else after the usual time.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from ari_app.domain.attempt import AttemptOutcome, CallbackEnd
from ari_app.domain.outbound_facts import AttemptEnded, CallbackClosed, CallbackPutOff
from ari_app.ports import Clock, Journal
from ari_app.store import attempts, callbacks
from ari_app.store.attempts import OpenAttempt
from ari_app.store.callbacks import Claimed
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

NOT_DIALLED, INTERRUPTED = "not_dialled", "engine_restart"


class LeftBehind:
    def __init__(
        self,
        ask: Ask,
        journal: Journal,
        clock: Clock,
        node: str,
        retry_seconds: float,
        is_live: Callable[[UUID], bool],
    ) -> None:
        """Args: is_live: does this call go on?"""
        self._is_live = is_live
        self._ask = ask
        self._journal = journal
        self._clock = clock
        self._node = node
        self._retry = timedelta(seconds=retry_seconds)

    async def close(self) -> int:
        """Before anything is dialled, and once the event log has been read to its end. Raises
        Unavailable."""
        node = self._node
        found = await self._ask(lambda db: attempts.open_attempts(db, node))
        reasons = {attempt.id: await self._close(attempt) for attempt in found}
        for one in await self._ask(callbacks.claimed):
            self._settle(one, reasons.get(one.attempt_id, one.reason or ""))
        return len(found)

    async def _close(self, attempt: OpenAttempt) -> str:
        """Why, as it is written."""
        seen = await self._ask(lambda db: attempts.seen(db, attempt.leg_id))
        outcome, reason = verdict(seen)
        log.warning("attempt left behind: %s", reason, extra={"call_id": str(attempt.call_id)})
        self._journal.write(
            AttemptEnded(
                call_id=attempt.call_id,
                arrived_at=attempt.arrived_at,
                at=self._clock.now(),
                attempt_id=attempt.id,
                outcome=outcome,
                reason=reason,
            )
        )
        return reason

    def _settle(self, claimed: Claimed, reason: str) -> None:
        now = self._clock.now()
        if self._is_live(claimed.call_id):
            end, why = CallbackEnd.DONE, "talked"
            self._journal.write(CallbackClosed(at=now, callback_id=claimed.id, end=end, reason=why))
        else:
            due_at = now if reason == NOT_DIALLED else now + self._retry
            self._journal.write(CallbackPutOff(at=now, callback_id=claimed.id, due_at=due_at))


def verdict(seen: frozenset[str]) -> tuple[AttemptOutcome, str]:
    """Args: seen: the kinds of events that Asterisk wrote of the channel."""
    if not seen:
        return AttemptOutcome.FAILED, NOT_DIALLED
    is_answered = "ANSWER" in seen
    return AttemptOutcome.ANSWERED if is_answered else AttemptOutcome.CANCELLED, INTERRUPTED
