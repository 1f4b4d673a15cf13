"""What callers of each queue have to expect, learned from what happens in all of them.

Times are seconds on one clock that never jumps; waits count from the beginning of a stay.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ari_app.domain.acd.estimate import Estimate, Situation, WaitEstimator


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A stay that is over. `serves`: the queues of the agent who answered, empty when nobody did.

    `told` is None for who found an agent free; `handled`: talk and wrap-up, None when not known.
    """

    queue: str
    waited: float
    told: Estimate | None
    serves: Collection[str] = ()
    handled: float | None = None


@dataclass(frozen=True, slots=True)
class _Stay:
    began: float
    told: Estimate


@dataclass(slots=True)
class _Queue:
    estimator: WaitEstimator = field(default_factory=WaitEstimator)
    line: dict[str, _Stay] = field(default_factory=dict)  # by contact, in order of arrival


class Outlook:
    """A queue is known from the first time it is named."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    # ---- what happens ----

    def began(self, contact: str, queue: str, now: float, *, ahead: int, agents: int) -> Estimate:
        """Somebody found no agent free: what to expect. `ahead` and `agents` as in Situation."""
        told = self.beforehand(queue, now, ahead=ahead, agents=agents)
        self._queue(queue).line[contact] = _Stay(now, told)
        return told

    def answered(self, contact: str, queue: str, now: float, serves: Iterable[str]) -> None:
        """`serves`: the queues of the agent who took the call, this one among them."""
        stay = self._queue(queue).line.pop(contact, None)
        self._took(queue, serves)
        waited, told = (now - stay.began, stay.told) if stay else (0.0, None)
        self._queue(queue).estimator.answered(waited, told)

    def gave_up(self, contact: str, queue: str, now: float) -> None:
        """Left the line without an agent, in whatever way: those behind moved up."""
        stay = self._queue(queue).line.pop(contact, None)
        if stay is not None:
            self._queue(queue).estimator.gave_up(now - stay.began)

    def call_over(self, queue: str, handled: float) -> None:
        """The agent is free again, so many seconds after the offer of a call of this queue."""
        self._queue(queue).estimator.call_over(handled)

    def day_over(self) -> None:
        """Nobody waits any more, and how that came about teaches nothing."""
        for known in self._queues.values():
            known.line.clear()

    def learn(self, visits: Iterable[PastVisit]) -> None:
        """What happened while nobody learned, in the order of the ends."""
        for visit in visits:
            estimator = self._queue(visit.queue).estimator
            if not visit.serves:
                estimator.gave_up(visit.waited)
                continue
            self._took(visit.queue, visit.serves)
            estimator.answered(visit.waited if visit.told else 0.0, visit.told)
            if visit.handled is not None:
                estimator.call_over(visit.handled)

    # ---- what to expect ----

    def beforehand(self, queue: str, now: float, *, ahead: int, agents: int) -> Estimate:
        """For somebody who would begin to wait now."""
        known = self._queue(queue)
        head_waited = now - next(iter(known.line.values())).began if known.line else 0.0
        return known.estimator.estimate(Situation(ahead, agents, head_waited))

    def remaining(self, contact: str, queue: str, *, ahead: int, agents: int) -> Estimate | None:
        """For somebody who waits; None for who does not."""
        known = self._queue(queue)
        stay = known.line.get(contact)
        return known.estimator.remaining(stay.told, ahead, agents) if stay else None

    def _took(self, queue: str, serves: Iterable[str]) -> None:
        for each in serves:
            self._queue(each).estimator.agent_took(own=each == queue)

    def _queue(self, name: str) -> _Queue:
        return self._queues.setdefault(name, _Queue())
