"""Reads what Asterisk says first: `agi_name: value` lines, then an empty line.

Where the chunks of bytes are cut never changes the outcome. Caller-controlled text can carry
line breaks, and so whole lines. Asterisk sends every key once and the arguments last, which
leaves such a line no name that would not be noticed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from agi.protocol.refused import AgiRefused, Reason

MAX_LINE = 2048  # bytes without the line feed
MAX_LINES = 128
MAX_BYTES = 64 * 1024

_LINE = re.compile(r"(agi_[a-z0-9_]{1,60}): (.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Environment:
    """The keys as sent, and the two things that are spread over several of them."""

    values: Mapping[str, str]
    arguments: tuple[str, ...] = ()

    @property
    def script(self) -> str:
        """The path of the request without its query: `route_call` of `agi://host/route_call?x=y`."""
        return self._request[0]

    @property
    def parameters(self) -> dict[str, str]:
        """The query of the request; the first of repeated names counts."""
        return dict(reversed(parse_qsl(self._request[1], keep_blank_values=True)))

    @property
    def _request(self) -> tuple[str, str]:
        path = self.values.get("agi_network_script")
        if path is None:
            path = self.values.get("agi_request", "").partition("://")[2].partition("/")[2]
        script, _, query = path.partition("?")
        return script, query


class EnvironmentReader:
    """Feed bytes until `environment` is there; `rest` is what followed it.

    Raises:
        AgiRefused: from `feed` and `feed_eof`, and from then on every time.
    """

    def __init__(self) -> None:
        self.environment: Environment | None = None
        self.rest = b""
        self._buffer = bytearray()
        self._bytes = 0
        self._lines = 0
        self._values: dict[str, str] = {}
        self._arguments: list[str] = []
        self._refused: AgiRefused | None = None

    def feed(self, data: bytes) -> None:
        self._check_refused()
        if self.environment is not None:
            self.rest += data
            return
        self._buffer += data
        try:
            while self.environment is None and (end := self._buffer.find(b"\n")) >= 0:
                self._check_size(end)
                line = bytes(self._buffer[:end])
                del self._buffer[: end + 1]
                self._take(line)
            if self.environment is None:
                self._check_size(len(self._buffer))
        except AgiRefused as refused:
            self._refused = refused
            raise

    def feed_eof(self) -> None:
        """The peer closed: fine once the environment is complete."""
        self._check_refused()
        if self.environment is None:
            said_nothing = not self._lines and not self._buffer
            raise AgiRefused(Reason.PROBE if said_nothing else Reason.CUT_SHORT)

    def _check_refused(self) -> None:
        if self._refused is not None:
            raise self._refused

    def _check_size(self, length: int) -> None:
        left = MAX_BYTES - self._bytes
        if length > min(MAX_LINE, left):
            reason = Reason.LINE_TOO_LONG if left >= MAX_LINE else Reason.TOO_BIG
            raise AgiRefused(reason, f"in line {self._lines + 1}")

    def _take(self, raw: bytes) -> None:
        self._bytes += len(raw) + 1
        line = raw.removesuffix(b"\r").decode("utf-8", errors="replace")
        if not line:
            self.environment = Environment(self._values, tuple(self._arguments))
            self.rest = bytes(self._buffer)
            return
        self._lines += 1
        if self._lines > MAX_LINES:
            raise AgiRefused(Reason.TOO_MANY_LINES)
        if _CONTROL.search(line):
            raise AgiRefused(Reason.CONTROL_CHARACTER, f"in line {self._lines}")
        match = _LINE.fullmatch(line)
        if match is None:
            raise AgiRefused(Reason.NOT_AGI, f"line {self._lines}")
        self._keep(match[1], match[2])

    def _keep(self, key: str, value: str) -> None:
        if key in self._values:
            raise AgiRefused(Reason.REPEATED_KEY, key)
        is_argument = key.startswith("agi_arg_")
        if is_argument and key == f"agi_arg_{len(self._arguments) + 1}":
            self._arguments.append(value)
        elif is_argument or self._arguments:
            raise AgiRefused(Reason.MISPLACED_KEY, key)
        self._values[key] = value
