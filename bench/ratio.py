"""How much faster or slower, and how sure that is."""

import random
from collections.abc import Sequence
from statistics import median

DRAWS = 2000


def ratio_of_medians(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """The ratio and its bootstrap 95 % interval."""
    chance = random.Random(1)
    draws = sorted(
        median(chance.choices(ours, k=len(ours))) / median(chance.choices(theirs, k=len(theirs)))
        for _ in range(DRAWS)
    )
    return median(ours) / median(theirs), draws[DRAWS // 40], draws[-DRAWS // 40]
