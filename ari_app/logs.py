"""One JSON object per line on standard error, for every process.

Modules log with the standard library: `log.info("what happened", extra={"call_id": ...})`.
Numbers, names and digits of people go under keys that begin with `pii_`.

Lines that only say what goes on are made and written together, GATHERED seconds later: an agent's
next phone call shall not wait for three of them, and a write costs the same whatever is in it. A
process that is killed keeps those to itself; trouble is written at once, with all before it.
"""

import asyncio
import json
import logging
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec

GATHERED = 0.05  # seconds
_TROUBLE = logging.WARNING
_KEPT_DIGITS = 4
_MASKED_FROM = logging.INFO
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_encode = msgspec.json.Encoder(enc_hook=str).encode


def configure(level: str, process: str, stream: TextIO | None = None) -> None:
    """Replaces whatever was set up before. `level` is a name such as `info`."""
    logging.captureWarnings(True)
    handler = Gathering(stream or sys.stderr)
    handler.setFormatter(JsonLine(process))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def masked(value: object) -> str:
    """`13800138000` becomes `*******8000`; a name, or a number too short to hide, only stars."""
    text = str(value)
    tail = text[-_KEPT_DIGITS:]
    if len(text) < 2 * _KEPT_DIGITS - 1 or not (tail.isascii() and tail.isdigit()):
        return "*" * min(len(text), _KEPT_DIGITS)
    return "*" * (len(text) - _KEPT_DIGITS) + tail


class Gathering(logging.StreamHandler[TextIO]):
    """Only where an event loop runs is there a later."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._gathered: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._gathered.append(record)
        if record.levelno >= _TROUBLE or not self._is_written_later():
            self.flush()

    def _is_written_later(self) -> bool:
        """False when nobody will see to it."""
        if len(self._gathered) > 1:
            return True
        try:
            asyncio.get_running_loop().call_later(GATHERED, self.flush)
        except RuntimeError:
            return False
        return True

    def flush(self) -> None:
        with self.lock or nullcontext():
            gathered, self._gathered = self._gathered, []
            if not gathered:  # trouble came, and took all with it
                return
            text = "".join(map(self._line, gathered))
            try:
                self.stream.write(text)
                self.stream.flush()
            except Exception:  # as any handler: a log that cannot be written ends nothing
                for record in gathered[:1]:
                    self.handleError(record)

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return self.format(record) + self.terminator
        except Exception:
            self.handleError(record)
            return ""


class JsonLine(logging.Formatter):
    """A line costs some 20 us."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "process": self._process,
        }
        for key, value in vars(record).items():
            if key not in _OWN:
                line[key] = _shown(key, value, record.levelno)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _ascii(line)


def _shown(key: str, value: object, level: int) -> object:
    """Only the last four digits of what belongs to a person, except in records at DEBUG."""
    return masked(value) if key.startswith("pii_") and level >= _MASKED_FROM else value


def _ascii(line: dict[str, Any]) -> str:
    """Text from outside cannot break a line or drive a terminal."""
    try:
        text = _encode(line).decode()
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError):
        text = json.dumps(line, default=str, skipkeys=True)
    if text.isascii() and "\x7f" not in text:
        return text
    return json.dumps(json.loads(text))
