"""Reads the day that `hotline simulate` runs: one TOML file, see docs/examples/weekday.toml."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.errors import BadSettings
from ari_app.domain.simulation.day import Arrivals, Day, Group, seconds_of

LARGEST = 1_000_000  # bytes
RULES = frozenset(QueueRules.__struct_fields__)


def read_day(path: Path) -> Day:
    """Raises BadSettings with everything that is wrong, each with file and place."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadSettings([f"{path.name}: larger than {LARGEST} bytes"])
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings([f"{path.name}: {error}"]) from error
    reader = _Reader()
    day = reader.day(document)
    problems = reader.problems or (day.problems() if day else ["nothing in it"])
    if day is None or problems:
        raise BadSettings([f"{path.name}: {problem}" for problem in problems])
    return day


class _Reader:
    def __init__(self) -> None:
        self.problems: list[str] = []

    def day(self, document: dict[str, Any]) -> Day | None:
        queues, arrivals = [], {}
        for number, table in enumerate(_tables(document.pop("queue", ())), start=1):
            place = f"queue {table.get('id', number)!r}"
            own = {name: value for name, value in table.items() if name in RULES}
            rest = {name: value for name, value in table.items() if name not in RULES}
            rules = self._made(place, own, QueueRules)
            callers = self._made(place, rest, Arrivals)
            if rules is not None and callers is not None:
                queues.append(rules)
                arrivals[rules.id] = callers
        groups = [
            group
            for number, table in enumerate(_tables(document.pop("agents", ())), start=1)
            if (group := self._group(table, number)) is not None
        ]
        frame = dict(document.pop("day", {}))
        for name in document:
            self.problems.append(f"unknown table {name!r}; known are day, queue, agents")
        for name in ("opens", "closes"):
            frame[name] = self._time("day", frame.get(name))
        parts = {"queues": tuple(queues), "arrivals": arrivals, "groups": tuple(groups)}
        plain = self._made("day", {"name": "", **frame, "queues": [], "groups": [],
                                   "arrivals": {}}, Day)  # fmt: skip
        return msgspec.structs.replace(plain, **parts) if plain is not None else None

    def _group(self, table: dict[str, Any], number: int) -> Group | None:
        place = f"agents {table.get('name', number)!r}"
        shifts = []
        for shift in table.get("shifts", ()):
            if not isinstance(shift, list) or len(shift) != 2:  # noqa: PLR2004
                self.problems.append(f'{place}, shifts: {shift!r} is not ["08:00", "12:00"]')
                continue
            shifts.append([self._time(f"{place}, shifts", text) for text in shift])
        group: Group | None = self._made(place, {**table, "shifts": shifts}, Group)
        return group

    def _time(self, place: str, text: Any) -> float:
        try:
            return seconds_of(text)
        except (ValueError, AttributeError):
            self.problems.append(f"{place}: {text!r} is not a time like 08:30")
            return 0.0

    def _made(self, place: str, values: dict[str, Any], kind: Any) -> Any:
        try:
            return msgspec.convert(values, kind)
        except msgspec.ValidationError as error:
            self.problems.append(f"{place}: {error}")
            return None


def _tables(value: Any) -> list[dict[str, Any]]:
    return [table for table in value if isinstance(table, dict)] if isinstance(value, list) else []
