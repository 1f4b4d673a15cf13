"""The account of one connection: exactly one log line and its counters, however it ends."""

import asyncio
import logging
from dataclasses import dataclass, field
from enum import StrEnum

from agi.counters import Counters
from agi.protocol.refused import AgiRefused, Reason
from agi.session import PeerSilent
from ari_app.domain.errors import CallerHungUp

log = logging.getLogger(__name__)

_USUAL = frozenset({Reason.PROBE, Reason.STOPPING})


class Result(StrEnum):
    SERVED = "served"
    DEGRADED = "degraded"  # answered, but not with what was asked for; the notes say why
    HUNG_UP = "hung_up"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(slots=True)
class Visit:
    """`script` stays empty until the peer has asked for one that exists."""

    peer: str
    started: float  # loop time
    script: str = ""
    result: Result = Result.SERVED
    reason: str = ""
    detail: str = ""
    error: Exception | None = None
    notes: dict[str, object] = field(default_factory=dict)

    def judge(self, error: Exception) -> None:
        """What an exception says about the request."""
        match error:
            case CallerHungUp():
                self.result = Result.HUNG_UP
            case AgiRefused():
                self.refuse(error.reason, error.detail)
            case PeerSilent():
                self.refuse(Reason.NO_REPLY, str(error))
            case _:
                self.result, self.error = Result.FAILED, error

    def refuse(self, reason: Reason, detail: str = "") -> None:
        self.result, self.reason, self.detail = Result.REFUSED, reason, detail

    def close(self, counters: Counters) -> None:
        """Say it once, count it once."""
        seconds = asyncio.get_running_loop().time() - self.started
        if self.result is Result.SERVED and "degraded" in self.notes:
            self.result = Result.DEGRADED
        if self.script:
            counters.request(self.script, self.result, seconds)
        if self.reason:
            counters.refuse(self.reason)
        log.log(self._level(), "agi request", exc_info=self.error, extra=self._facts(seconds))

    def _level(self) -> int:
        if self.result is Result.FAILED:
            return logging.ERROR
        usual = self.reason in _USUAL if self.result is Result.REFUSED else True
        return logging.INFO if usual and self.result is not Result.DEGRADED else logging.WARNING

    def _facts(self, seconds: float) -> dict[str, object]:
        facts: dict[str, object] = {
            "script": self.script,
            "result": str(self.result),
            "reason": self.reason,
            "detail": self.detail,
            "peer": self.peer,
            "ms": round(seconds * 1000, 1),
        }
        return {name: fact for name, fact in facts.items() if fact != ""} | self.notes
