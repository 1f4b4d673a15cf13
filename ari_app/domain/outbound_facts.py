"""Facts of what we dial: attempts, and what becomes of the callbacks they are made for."""

from datetime import datetime
from uuid import UUID

from ari_app.domain.attempt import AttemptOutcome, CallbackEnd, Purpose
from ari_app.domain.fact_shape import HappensAt, OfCall


class AttemptMade(OfCall, frozen=True, kw_only=True):
    """A number is about to be dialled, and is not before this is in PostgreSQL; or it was refused.

    `number` is E.164 where it can be read as such, `shown` our number that the other side sees.
    With a `callback_id` it claims that callback, which nothing else has.
    """

    attempt_id: UUID
    leg_id: str
    node: str
    purpose: Purpose
    number: str
    shown: str
    trunk: str
    callback_id: UUID | None = None


class AttemptEnded(OfCall, frozen=True, kw_only=True):
    """What came of it; the first word counts. An answered one is over with its leg."""

    attempt_id: UUID
    outcome: AttemptOutcome
    cause: int | None = None
    reason: str | None = None


class CallbackPutOff(HappensAt, frozen=True, kw_only=True):
    """Not reached: due again, unless it was cancelled meanwhile."""

    callback_id: UUID
    due_at: datetime


class CallbackClosed(HappensAt, frozen=True, kw_only=True):
    callback_id: UUID
    end: CallbackEnd
    reason: str
