"""Days to simulate."""

from typing import Any

from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.simulation.day import MIDNIGHT, Arrivals, Day, Group
from ari_app.domain.simulation.spread import Spread

ALL_DAY = ((0.0, MIDNIGHT),)


def one_queue(
    agents: int, per_half_hour: float, *, half_hours: int = 24, talk: Spread | None = None,
    **callers: Any,
) -> Day:  # fmt: skip
    return Day(
        name="one queue",
        opens=0.0,
        closes=half_hours * 1800.0,
        queues=(QueueRules(id="q"),),
        arrivals={
            "q": Arrivals(
                per_half_hour=(per_half_hour,) * half_hours, talk=talk or Spread(180.0), **callers
            )
        },
        groups=(Group(name="g", count=agents, skills={}, shifts=ALL_DAY),),
    )
