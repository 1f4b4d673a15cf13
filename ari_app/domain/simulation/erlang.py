"""Erlang's formulas: what a single group of equal agents can be expected to do.

Load is in erlangs: arrivals per second times seconds of handling. Times are in seconds.
Sources: A. K. Erlang 1917 (B, C); C. Palm 1946 (A: with exponential patience).
"""

import math
from dataclasses import dataclass

_NEGLIGIBLE = 1e-15


@dataclass(frozen=True, slots=True)
class Expected:
    """`wait` is the mean over all who came; `within` the share answered in the threshold."""

    delayed: float
    wait: float
    within: float | None
    abandoned: float


def blocked(agents: int, load: float) -> float:
    """Erlang B: the share of calls that find all lines or agents busy, and go away."""
    share = 1.0
    for n in range(1, agents + 1):
        share = load * share / (n + load * share)
    return share


def without_abandons(agents: int, load: float, handling: float, threshold: float) -> Expected:
    """Erlang C: everybody waits until answered. An overloaded group never answers in the end."""
    if load >= agents:
        return Expected(1.0, math.inf, 0.0, 0.0)
    turned_away = blocked(agents, load)
    delayed = agents * turned_away / (agents - load * (1 - turned_away))
    free = (agents - load) / handling  # callers served per second beyond those who arrive
    return Expected(delayed, delayed / free, 1 - delayed * math.exp(-free * threshold), 0.0)


def with_abandons(agents: int, load: float, handling: float, patience: float) -> Expected:
    """Erlang A: who waits gives up after an exponential time with mean `patience`."""
    if not load:
        return Expected(0.0, 0.0, None, 0.0)
    arrivals, ends, leaves = load / handling, 1 / handling, 1 / patience
    weights = _weights(agents, arrivals, ends, leaves)
    total = sum(weights)
    delayed = sum(weights[agents:]) / total
    queued = sum(n * weight for n, weight in enumerate(weights[agents:])) / total
    return Expected(delayed, queued / arrivals, None, leaves * queued / arrivals)


def _weights(agents: int, arrivals: float, ends: float, leaves: float) -> list[float]:
    """How often n callers are there, up to a common factor; starts at the likeliest n."""
    peak = max(0, min(agents, int(arrivals / ends)))
    down, weight = [], 1.0
    for n in range(peak, 0, -1):
        weight *= _out(n, agents, ends, leaves) / arrivals
        down.append(weight)
    up, weight, n = [1.0], 1.0, peak
    while weight > _NEGLIGIBLE or n < agents:
        n += 1
        weight *= arrivals / _out(n, agents, ends, leaves)
        up.append(weight)
    return down[::-1] + up


def _out(n: int, agents: int, ends: float, leaves: float) -> float:
    return min(n, agents) * ends + max(n - agents, 0) * leaves
