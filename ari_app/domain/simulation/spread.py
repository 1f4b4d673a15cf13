"""How long things last: seconds drawn from a distribution an operator can describe."""

import math
from random import Random

import msgspec


class Spread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mean` alone: exponential. With `sd`: log-normal, as handling times are; 0: always `mean`."""

    mean: float
    sd: float | None = None

    def draw(self, chance: Random) -> float:
        if self.sd is None:
            return self.mean * chance.expovariate(1.0)
        if not self.sd or not self.mean:
            return self.mean
        variance = math.log(1 + (self.sd / self.mean) ** 2)
        return chance.lognormvariate(math.log(self.mean) - variance / 2, math.sqrt(variance))

    @property
    def is_exponential(self) -> bool:
        return self.sd is None and self.mean > 0

    def problems(self, place: str) -> list[str]:
        amounts = [("mean", self.mean)] + ([] if self.sd is None else [("sd", self.sd)])
        return [
            f"{place}: {name} {value} is not a number of seconds from 0 up"
            for name, value in amounts
            if not 0 <= value < math.inf
        ]


NOTHING = Spread(0.0, 0.0)
