"""Every error this product raises on purpose.

HotlineError
├── BadSettings         what an operator set cannot be run; lists every problem at once
├── BadFlow             a flow file cannot be run; lists every finding at once
├── CallerHungUp        not a fault: ends the flow, never logged as an error
├── NotAnswered         a phone that was rung: refused, busy, unreachable, or nobody came
│   └── NotReady        an agent who could not even be rung; says why
├── NotReached          a number outside that was dialled, or that may not be
├── NotFound            the caller of a function named something that does not exist
├── Conflict            it exists already, or changed under our hands
├── IllegalTransition   a bug or a race: refuse, keep the old state, log once
├── Fenced              another process holds the lease: stop acting at once
└── Unavailable         Asterisk, PostgreSQL or Redis did not answer; worth retrying
"""

from collections.abc import Sequence

from ari_app.domain.attempt import AttemptOutcome
from ari_app.domain.finding import Finding


class HotlineError(Exception):
    """Base class, so the edge of a process can catch ours and only ours."""


class BadSettings(HotlineError):
    """The settings do not describe a runnable system."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class BadFlow(HotlineError):
    """A flow file cannot be run as written."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = tuple(findings)


class CallerHungUp(HotlineError):
    """The caller's channel is gone."""


class NotAnswered(HotlineError):
    """A leg that was rung did not come. `cause` is Q.850's number, None when nobody said."""

    def __init__(self, leg_id: str, cause: int | None) -> None:
        super().__init__(f"{leg_id} not answered, cause {cause}")
        self.cause = cause


class NotReady(NotAnswered):
    """`why` is a value of domain.transfer.Refusal."""

    def __init__(self, leg_id: str, why: str) -> None:
        super().__init__(leg_id, None)
        self.why = why


class NotReached(HotlineError):
    """`reason` is why it was refused or cancelled, `cause` Q.850's number; "" and None without."""

    def __init__(
        self, outcome: AttemptOutcome, *, reason: str = "", cause: int | None = None
    ) -> None:
        super().__init__(f"not reached: {outcome.value} {reason or cause or ''}".rstrip())
        self.outcome, self.reason, self.cause = outcome, reason, cause


class NotFound(HotlineError):
    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"no {kind} {key!r}")
        self.kind = kind
        self.key = key


class Conflict(HotlineError):
    """What was to be made exists already, or what was to be changed is not as expected."""


class IllegalTransition(HotlineError):
    """A state machine was asked for a step its table does not list."""


class Fenced(HotlineError):
    """This process no longer owns what it is trying to change."""


class Unavailable(HotlineError):
    """A service we depend on did not answer in time."""
