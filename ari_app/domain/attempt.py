"""Dialling one number once: what for, and what can come of it."""

from enum import StrEnum

# ITU-T Q.850. What rings out without a word ends with our own hang-up, or with no cause.
BUSY = frozenset({17, 21})
UNANSWERED = frozenset({None, 0, 16, 18, 19, 102})


class Purpose(StrEnum):
    CALLBACK = "callback"
    OVERFLOW = "overflow"  # a queue sends its caller to a number
    TRANSFER = "transfer"  # a flow or an agent does


class AttemptOutcome(StrEnum):
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"  # no such number, no line, the carrier refuses: see its cause
    CANCELLED = "cancelled"  # by us: the caller left, the engine stopped, PostgreSQL was away
    REFUSED = "refused"  # by the outbound gate; nothing was dialled


class CallbackEnd(StrEnum):
    """How a callback is over, as table `callback` has it."""

    DONE = "done"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


def outcome_of(cause: int | None) -> AttemptOutcome:
    """What a leg that was not answered says."""
    if cause in BUSY:
        return AttemptOutcome.BUSY
    return AttemptOutcome.NO_ANSWER if cause in UNANSWERED else AttemptOutcome.FAILED
