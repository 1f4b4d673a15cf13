"""Why agents may pause, as a site has it: the digit that says it, and how long is right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ari_app.domain.agent import AgentState, Reason


@dataclass(frozen=True, slots=True)
class PauseReason:
    """`longest_seconds` None: no limit. `is_work`: paid time that serves the hotline."""

    reason: Reason
    title_zh: str
    title_en: str
    digit: str
    longest_seconds: float | None
    is_work: bool


class Pauses:
    def __init__(self, reasons: Iterable[PauseReason] = ()) -> None:
        self._by_reason = {each.reason: each for each in reasons}
        self._by_digit = {each.digit: each.reason for each in self._by_reason.values()}

    def dialled(self, digit: str) -> Reason | None:
        """None when no reason has this digit."""
        return self._by_digit.get(digit)

    def longest(self, state: AgentState, reason: Reason) -> float | None:
        """Seconds that a stay may last before it is overdue; None without a limit."""
        known = self._by_reason.get(reason)
        return known.longest_seconds if known and state is AgentState.PAUSED else None

    def title(self, reason: str, language: str) -> str:
        """As people call it; a reason that agents cannot choose is its own name."""
        known = next((one for one in self._by_reason.values() if one.reason == reason), None)
        if known is None:
            return reason
        return known.title_zh if language == "zh" else known.title_en


def overdue_seconds(state: AgentState, until: datetime | None, now: datetime) -> float | None:
    """How far a pause is past its limit; None when it is not. Nothing else follows from it."""
    if state is not AgentState.PAUSED or until is None or until >= now:
        return None
    return (now - until).total_seconds()
