"""What the dialplan knows of a call at its last hang-up, read from channel variables.

The values are text that passed through Asterisk, so each is checked. A field that is wrong is
left out and named; without a call id and an arrival time there is no record to close.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ari_app.domain.facts import Outcome

NUMBER = re.compile(r"\+?[0-9*#]{0,32}")
TRUNK = re.compile(r"[A-Za-z0-9_.-]{1,40}")
WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
ARRIVED = re.compile(r"([0-9]{9,11})\.([0-9]{3})")
FALLBACK_OUTCOMES = frozenset({Outcome.FALLBACK, Outcome.TALKED, Outcome.LEFT_MESSAGE})
LONGEST_CALL = timedelta(days=2)
CLOCK_STEP = timedelta(minutes=1)
LAST_TIMESLOT = 9999  # DAHDI numbers the timeslots of all spans in one row
LAST_CAUSE = 127  # ITU-T Q.850

READ_AT_END = (
    "CC_CALL",
    "CC_ARRIVED",
    "HANGUPCAUSE",
    "CC_FALLBACK",
    "CC_OUTCOME",
    "CC_FLOW",
    "CC_CALLER",
    "CC_DIALLED",
    "CC_TRUNK",
    "CC_TIMESLOT",
)


@dataclass(frozen=True, slots=True)
class EndedCall:
    """Texts are empty and numbers None when the dialplan never got that far."""

    call_id: UUID
    arrived_at: datetime
    ended_at: datetime
    caller: str
    dialled: str
    trunk: str
    timeslot: int | None
    flow: str
    hangup_cause: int | None  # ITU-T Q.850
    fallback: str  # why the fallback was taken
    outcome: str  # what the fallback did: one of FALLBACK_OUTCOMES


def read_ended_call(
    values: Mapping[str, str], *, now: datetime
) -> tuple[EndedCall | None, tuple[str, ...]]:
    """The record, if there can be one, and the names of the variables that were wrong."""
    reader = _Reader(values)
    call_id, arrived_at = reader.uuid("CC_CALL"), reader.arrival("CC_ARRIVED", now)
    ended = {
        "caller": reader.text("CC_CALLER", NUMBER),
        "dialled": reader.text("CC_DIALLED", NUMBER),
        "trunk": reader.text("CC_TRUNK", TRUNK),
        "flow": reader.text("CC_FLOW", WORD),
        "fallback": reader.text("CC_FALLBACK", WORD),
        "outcome": reader.outcome("CC_OUTCOME"),
    }
    timeslot = reader.count("CC_TIMESLOT", 1, LAST_TIMESLOT)
    cause = reader.count("HANGUPCAUSE", 0, LAST_CAUSE)
    if call_id is None or arrived_at is None:
        return None, tuple(reader.wrong)
    record = EndedCall(
        call_id, arrived_at, max(now, arrived_at), timeslot=timeslot, hangup_cause=cause, **ended
    )
    return record, tuple(reader.wrong)


def read_arrival(text: str) -> datetime | None:
    """CC_ARRIVED (`seconds.millis` since 1970) as a time, exact to the millisecond, so that
    everybody who reads it has the same key of the call; None when it is not one.
    """
    match = ARRIVED.fullmatch(text)
    if match is None:
        return None
    whole = datetime.fromtimestamp(int(match[1]), UTC)
    return whole + timedelta(milliseconds=int(match[2]))


class _Reader:
    """Reads one variable after the other and remembers which were wrong."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.wrong: list[str] = []

    def text(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self._values.get(name, "")
        if not value or pattern.fullmatch(value):
            return value
        self.wrong.append(name)
        return ""

    def outcome(self, name: str) -> str:
        value = self._values.get(name, "")
        if not value or value in FALLBACK_OUTCOMES:
            return value
        self.wrong.append(name)
        return ""

    def count(self, name: str, least: int, most: int) -> int | None:
        value = self._values.get(name, "")
        if not value:
            return None
        if re.fullmatch(r"[0-9]{1,6}", value) and least <= int(value) <= most:
            return int(value)
        self.wrong.append(name)
        return None

    def uuid(self, name: str) -> UUID | None:
        value = self._values.get(name, "").lower()
        try:
            call_id = UUID(value)
        except ValueError:
            call_id = None
        if call_id is not None and str(call_id) == value:  # UUID() also reads braces and urn:
            return call_id
        self.wrong.append(name)
        return None

    def arrival(self, name: str, now: datetime) -> datetime | None:
        arrived_at = read_arrival(self._values.get(name, ""))
        if arrived_at is not None and now - LONGEST_CALL <= arrived_at <= now + CLOCK_STEP:
            return arrived_at
        self.wrong.append(name)
        return None
