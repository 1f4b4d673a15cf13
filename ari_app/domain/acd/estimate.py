"""How long a caller will wait: a mean, and a bound that four of five waits keep.

Three views of the same queue are weighed against each other:
- from its state: k callers ahead leave one by one, served at the rate c of the agents who serve the
  queue or giving up at the rate theta each: the sum of 1 / (c + j * theta), j = 0..k
  (Whitt 1999; exact for one group of equal agents, exponential times and patience);
- the wait of the last caller who was answered (LES, Ibrahim and Whitt 2009);
- how long the head of the line has waited so far (HOL).
The first is best for one group, the others where agents serve several queues. The weights start
with the first and are learned from each caller's real wait by recursive least squares. The bound
is a multiple of the mean that is moved after each answer until it is kept as often as promised.
"""

import math
from dataclasses import dataclass, field

PROMISED = 0.8
_MEMORY = 0.9995  # of the mean handling time, the share and the rate of giving up: 2000 calls
_TRUST = 0.02  # in what is not learned yet: small keeps the weights near their start for long
_STEP = 0.03  # of the bound's logarithm, after each answer
_FIRST_BOUND = math.log(1.25)
_ENOUGH = 30  # answers before anything is announced
_VIEWS = range(3)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a caller finds. `ahead` callers come before; `agents` are here who may serve the
    queue, whatever they do now; `head_waited` is for how long the first in line has waited."""

    ahead: int
    agents: int
    head_waited: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds. `bound` is kept by PROMISED of the waits; `is_sure` when enough was learned."""

    mean: float
    bound: float
    is_sure: bool
    views: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(slots=True)
class WaitEstimator:
    """One queue. Tell it everything that happens there; ask it when somebody begins to wait."""

    handling: float = 180.0  # what to believe of the mean before the first call is over
    share: float = 1.0  # of its agents' calls that come from this queue
    _calls: float = 0.0
    _left: float = 0.0  # callers who gave up, and
    _waited: float = 0.0  # seconds waited by all, both forgotten slowly
    _last: float = 0.0
    _answers: int = 0
    _bound: float = _FIRST_BOUND
    _weights: list[float] = field(default_factory=lambda: [1.0, 0.0, 0.0])
    _spread: list[list[float]] = field(
        default_factory=lambda: [[_TRUST * (i == j) for j in _VIEWS] for i in _VIEWS]
    )

    # ---- what happens ----

    def call_over(self, seconds: float) -> None:
        """An agent is done with a call of this queue: talk and wrap-up."""
        self._calls += 1
        weight = max(1 - _MEMORY, 1 / self._calls)
        self.handling += weight * (seconds - self.handling)

    def agent_took(self, *, own: bool) -> None:
        """An agent of this queue took a call: of this queue, or of another."""
        self.share += (1 - _MEMORY) * (own - self.share)

    def gave_up(self, waited: float) -> None:
        self._left = self._left * _MEMORY + 1
        self._waited = self._waited * _MEMORY + waited

    def answered(self, waited: float, told: Estimate | None) -> None:
        """`told`: what was estimated when this caller began to wait; None: was served at once."""
        self._left *= _MEMORY
        self._waited = self._waited * _MEMORY + waited
        if told is None:
            return
        self._last = waited
        self._answers += 1
        self._bound += _STEP * (PROMISED - (waited <= told.bound))
        self._learn(told.views, waited)

    # ---- what to expect ----

    def estimate(self, situation: Situation) -> Estimate:
        views = (
            self.by_state(situation),
            self._last,
            situation.head_waited,
        )
        mean = sum(weight * view for weight, view in zip(self._weights, views, strict=True))
        mean = max(mean, 0.1 * views[0])
        bound = mean * math.exp(self._bound)
        return Estimate(mean, bound, self._answers >= _ENOUGH and situation.agents > 0, views)

    def remaining(self, told: Estimate, ahead: int, agents: int) -> Estimate:
        """What is left of a wait that was `told` when it began: as much as is left of the line."""
        left = self.by_state(Situation(ahead, agents, 0.0))
        mean = told.mean * left / told.views[0] if told.views[0] else left
        is_sure = self._answers >= _ENOUGH and agents > 0
        return Estimate(mean, mean * math.exp(self._bound), is_sure, told.views)

    def by_state(self, situation: Situation) -> float:
        served = max(situation.agents, 1) * max(self.share, 0.01) / max(self.handling, 1.0)
        leaving = self._left / max(self._waited, 1.0)
        return sum(1 / (served + place * leaving) for place in range(situation.ahead + 1))

    def _learn(self, views: tuple[float, float, float], waited: float) -> None:
        """One step of recursive least squares, relative to the size of the wait: an error of a
        tenth counts the same for a wait of a minute and of ten. Nothing is forgotten: weights
        that forget run away when for hours every caller finds the same."""
        size = max(views[0], 1.0)
        x = [view / size for view in views]
        along = [sum(row[j] * x[j] for j in _VIEWS) for row in self._spread]
        gain_of = 1 + sum(x[i] * along[i] for i in _VIEWS)
        gain = [value / gain_of for value in along]
        predicted = sum(weight * value for weight, value in zip(self._weights, x, strict=True))
        error = waited / size - predicted
        self._weights = [w + g * error for w, g in zip(self._weights, gain, strict=True)]
        self._spread = [[self._spread[i][j] - gain[i] * along[j] for j in _VIEWS] for i in _VIEWS]
