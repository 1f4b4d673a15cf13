"""Who calls, when, and what they press: what a trial of a flow starts from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ari_app.domain.hours import Standing

SILENCE = "-"


class Agents(StrEnum):
    """What becomes of a caller who waits."""

    WAIT = "wait"  # the trial ends in the line, unless keys are left
    ANSWER = "answer"  # at once; the talk is over after a minute
    BUSY = "busy"  # nobody ever answers
    NOBODY = "nobody"  # no agent is at work


class Openings(Protocol):
    """Who is open when; moments are in the zone that hours are meant in."""

    def is_open(self, queue: str, at: datetime) -> bool: ...

    def standing(self, schedule: str, at: datetime) -> Standing: ...


@dataclass(frozen=True, slots=True)
class ClosedHere:
    """As `openings` has it, but for queues and schedules that are closed, whatever hours they
    have: what callers meet then can be tried before anybody has set any."""

    openings: Openings
    names: Collection[str]

    def is_open(self, queue: str, at: datetime) -> bool:
        return queue not in self.names and self.openings.is_open(queue, at)

    def standing(self, schedule: str, at: datetime) -> Standing:
        if schedule in self.names:
            return Standing(is_open=False)
        return self.openings.standing(schedule, at)


@dataclass(frozen=True, slots=True)
class Situation:
    """`at` is aware, in the zone that hours are meant in. `keys` are pressed one by one, each once
    it is asked for; `-` is silence at one question, and after the last there is only silence."""

    at: datetime
    dialled: str = ""
    caller: str = ""
    keys: str = ""
    tier: str = "normal"
    language: str = "zh"
    priority: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)
    agents: Agents = Agents.WAIT
    closed: Collection[str] = ()  # queues and schedules, whatever hours they have
    speaks_seconds: float = 10.0


def read_keys(text: str) -> str:
    """From `2,1`, `2 1`, `21` or `2,-,12345#`.

    Raises:
        ValueError: naming what is no key.
    """
    keys = "".join(text.replace(",", " ").split())
    if wrong := sorted(set(keys) - set("0123456789*#-")):
        raise ValueError(f"{wrong[0]!r} is no key: 0 to 9, * and #, - for silence")
    return keys
