"""How much faster or slower, and how sure that is; what most values do not exceed."""

import math
import random
from collections.abc import Sequence
from statistics import median

DRAWS = 2000


def share(values: Sequence[float], part: float) -> float:
    """The value that this part of them does not exceed."""
    return sorted(values)[math.ceil(part * len(values)) - 1]


def ratio_of_medians(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """The ratio and its bootstrap 95 % interval."""
    chance = random.Random(1)
    draws = sorted(
        median(chance.choices(ours, k=len(ours))) / median(chance.choices(theirs, k=len(theirs)))
        for _ in range(DRAWS)
    )
    return median(ours) / median(theirs), draws[DRAWS // 40], draws[-DRAWS // 40]


def median_of_ratios(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """The same for values taken in pairs, one right after the other: what disturbs the machine
    for a while disturbs both."""
    chance = random.Random(1)
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    draws = sorted(median(chance.choices(ratios, k=len(ratios))) for _ in range(DRAWS))
    return median(ratios), draws[DRAWS // 40], draws[-DRAWS // 40]
