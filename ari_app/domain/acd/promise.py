"""What one caller is told about the wait: never more than before, never what is not believed."""

import math
from dataclasses import dataclass

from ari_app.domain.acd.estimate import Estimate
from ari_app.domain.speech.waiting import as_spoken


@dataclass(slots=True)
class Promise:
    """`until` is when the agent should be there at the latest, by what was said so far; None as
    long as nothing was said. Whatever is said later ends no later, so it never rises. `said` is
    what was said last here, math.inf for nothing."""

    until: float | None = None
    said: float = math.inf

    def renewed(self, estimate: Estimate, now: float, longest: float) -> int | None:
        """The seconds to say, rounded for speech; None to say nothing: not sure, longer than
        anybody may wait (`longest` more seconds), or more than was said before."""
        if not estimate.is_sure or estimate.bound > longest:
            return None
        spoken = as_spoken(estimate.bound)
        until = now + spoken
        if self.until is not None:
            if now + estimate.bound > self.until or spoken > self.said:
                return None
            until = min(until, self.until)
        self.until, self.said = until, spoken
        return spoken


def no_promise() -> Promise:
    """For who was told something, and nobody knows what."""
    return Promise(until=-math.inf)
