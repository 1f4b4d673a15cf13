"""Reads Asterisk's channel event log (CEL) as `cel_custom` writes it: CSV, every field quoted.

A field may hold any byte a caller can send, line breaks included; quotes are doubled inside a
field. So a line that begins with a quote, an event name and a quote cannot lie inside a field:
that is where reading starts again after a line torn by a crash or a full disk.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

MAX_RECORD_BYTES = 32_768
_EXCERPT_BYTES = 120

# Attribute of CelRow -> Asterisk's expression, in the order of the file. `event` is eventenum
# and not eventtype, because a dialplan can name its own events HANGUP. What callers control
# stands last.
CEL_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "event": "${eventenum}",
        "time": "${eventtime}",
        "channel": "${CHANNEL(channame)}",
        "unique_id": "${CHANNEL(uniqueid)}",
        "linked_id": "${CHANNEL(linkedid)}",
        "account": "${CHANNEL(accountcode)}",
        "user_event": "${userdeftype}",
        "extra": "${eventextra}",
        "context": "${CHANNEL(context)}",
        "exten": "${CHANNEL(exten)}",
        "app": "${CHANNEL(appname)}",
        "app_args": "${CHANNEL(appdata)}",
        "peer": "${BRIDGEPEER}",
        "caller": "${CALLERID(num)}",
        "caller_name": "${CALLERID(name)}",
    }
)


def cel_custom_mapping() -> str:
    """The right-hand side of `file.csv =>` under `[mappings]` in cel_custom.conf.

    Asterisk 22.10 turns a mapping of only these functions into its fast form by itself and
    says so at start-up ("Logging legacy CEL records as advanced").
    """
    return ",".join(f"${{CSV_QUOTE({source})}}" for source in CEL_COLUMNS.values())


class CelEvent(StrEnum):
    """The events Asterisk names; a row may carry others."""

    CHAN_START = "CHAN_START"
    CHAN_END = "CHAN_END"
    LINKEDID_END = "LINKEDID_END"
    ANSWER = "ANSWER"
    HANGUP = "HANGUP"
    APP_START = "APP_START"
    APP_END = "APP_END"
    BRIDGE_ENTER = "BRIDGE_ENTER"
    BRIDGE_EXIT = "BRIDGE_EXIT"
    BLINDTRANSFER = "BLINDTRANSFER"
    ATTENDEDTRANSFER = "ATTENDEDTRANSFER"
    LOCAL_OPTIMIZE = "LOCAL_OPTIMIZE"
    USER_DEFINED = "USER_DEFINED"


@dataclass(frozen=True, slots=True)
class CelRow:
    """One event. Text is clean UTF-8: bytes that are not, and NUL, became U+FFFD."""

    event: str
    time: datetime
    channel: str
    unique_id: str
    linked_id: str
    account: str
    user_event: str
    extra: str  # JSON or empty
    context: str
    exten: str
    app: str
    app_args: str
    peer: str
    caller: str
    caller_name: str
    offset: int  # of the record's first byte, counted from where the reader began


class CelFault(StrEnum):
    TORN = "torn"  # the rest of the record never came
    MALFORMED = "malformed"  # not CSV as cel_custom writes it
    WRONG_COLUMNS = "wrong_columns"
    BAD_TIME = "bad_time"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class CelDamage:
    """Bytes that gave no row; `excerpt` is their beginning."""

    fault: CelFault
    offset: int
    excerpt: bytes


# Cannot occur inside a field: there every quote is followed by a second one.
_STARTS_RECORD = re.compile(rb'"[A-Z_]{3,32}","[0-9]{1,10}\.[0-9]{6}","')
_EVENT = re.compile("[A-Z_]{3,32}")
_TIME = re.compile(r"([0-9]{1,10})\.([0-9]{6})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CelReader:
    """Feed it the file in pieces of any size: the rows are the same. It never raises.

    `consumed` counts the bytes that have become rows or damage; a reader started there later
    continues without loss or repetition.
    """

    def __init__(self, offset: int = 0) -> None:
        self.consumed = offset
        self._line = b""  # begun, its line break not seen yet
        self._skipped = 0  # bytes dropped of a line too long to be kept
        self._record: list[bytes] = []  # whole lines of a record that is not complete yet
        self._record_bytes = 0
        self._quotes = 0

    def feed(self, chunk: bytes) -> list[CelRow | CelDamage]:
        """What became complete with this chunk, in the file's order."""
        found: list[CelRow | CelDamage] = []
        pieces = (self._line + chunk).split(b"\n")
        self._line = pieces.pop()
        for piece in pieces:
            found += self._take_line(piece + b"\n")
        if self._skipped or len(self._line) > MAX_RECORD_BYTES:
            found += self._skip(self._line)
            self._line = b""
        return found

    def close(self) -> list[CelRow | CelDamage]:
        """The end of a file nobody will write to again: judge what is left."""
        line, self._line = self._line, b""
        found = list(self._take_line(line)) if line or self._skipped else []
        return [*found, *self._give_up(CelFault.TORN)]

    def _take_line(self, line: bytes) -> Iterator[CelRow | CelDamage]:
        if self._skipped or len(line) > MAX_RECORD_BYTES:
            yield from self._skip(line)
            self.consumed, self._skipped = self.consumed + self._skipped, 0
            return
        if self._record and _STARTS_RECORD.match(line):
            yield from self._give_up(CelFault.TORN)
        self._record.append(line)
        self._record_bytes += len(line)
        self._quotes += line.count(b'"')
        if self._quotes % 2 == 0:
            yield from self._finish()
        elif self._record_bytes > MAX_RECORD_BYTES:
            yield from self._give_up(CelFault.TOO_LONG)

    def _skip(self, part: bytes) -> Iterator[CelRow | CelDamage]:
        """Drop a part of an over-long line; the first part reports it."""
        if not self._skipped:
            yield from self._give_up(CelFault.TORN)
            yield CelDamage(CelFault.TOO_LONG, self.consumed, part[:_EXCERPT_BYTES])
        self._skipped += len(part)

    def _finish(self) -> Iterator[CelRow | CelDamage]:
        raw, at = self._let_go()
        if not raw.strip():
            return
        row = _read_record(raw, at)
        yield from (row,) if isinstance(row, CelRow) else _salvage(raw, row)

    def _give_up(self, fault: CelFault) -> Iterator[CelRow | CelDamage]:
        if self._record:
            raw, at = self._let_go()
            yield from _salvage(raw, CelDamage(fault, at, raw[:_EXCERPT_BYTES]))

    def _let_go(self) -> tuple[bytes, int]:
        """The record at hand and its offset; the next one begins."""
        raw, at = b"".join(self._record), self.consumed
        self.consumed += self._record_bytes
        self._record, self._record_bytes, self._quotes = [], 0, 0
        return raw, at


def hangup_cause(row: CelRow) -> int | None:
    """The Q.850 cause of a HANGUP row; None when the row does not say."""
    try:
        extra = json.loads(row.extra)
    except (ValueError, RecursionError):
        return None
    cause = extra.get("hangupcause") if isinstance(extra, dict) else None
    return cause if isinstance(cause, int) else None


def _read_record(raw: bytes, at: int) -> CelRow | CelDamage:
    def damage(fault: CelFault) -> CelDamage:
        return CelDamage(fault, at, raw[:_EXCERPT_BYTES])

    text = raw.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    try:
        [columns] = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (csv.Error, ValueError):
        return damage(CelFault.MALFORMED)
    if len(columns) != len(CEL_COLUMNS):
        return damage(CelFault.WRONG_COLUMNS)
    values = dict(zip(CEL_COLUMNS, columns, strict=True))
    stamp = _TIME.fullmatch(values.pop("time"))
    if _EVENT.fullmatch(values["event"]) is None:
        return damage(CelFault.MALFORMED)
    if stamp is None:
        return damage(CelFault.BAD_TIME)
    time = _EPOCH + timedelta(seconds=int(stamp[1]), microseconds=int(stamp[2]))
    return CelRow(time=time, offset=at, **values)


def _salvage(raw: bytes, damage: CelDamage) -> Iterator[CelRow | CelDamage]:
    """A damaged record may have the next, whole one glued to it: report one, keep the other."""
    yield damage
    start = _STARTS_RECORD.search(raw, 1)
    while start is not None:
        row = _read_record(raw[start.start() :], damage.offset + start.start())
        if isinstance(row, CelRow):
            yield row
            return
        start = _STARTS_RECORD.search(raw, start.end())
