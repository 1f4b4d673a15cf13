"""Reads what Asterisk answers to our commands, and the HANGUP it may say at any moment.

A reply is one line `200 result=1 (value)`, or `520-...`, usage lines and `520 ...`.
"""

import re
from collections import deque
from dataclasses import dataclass

from agi.protocol.refused import AgiRefused, Reason

MAX_LINE = 8192  # bytes; Asterisk cuts a variable at 1 to 4 KiB
MAX_USAGE_LINES = 128
OK = 200
DEAD_CHANNEL = 511

_SUCCESS = re.compile(r"result=([^\s()]*)(?: \((.*)\))?(?: endpos=([0-9]{1,18}))?", re.DOTALL)
_CODED = re.compile(r"([1-5][0-9]{2})([ -])(.*)", re.DOTALL)
_HANGUP = b"HANGUP"


@dataclass(frozen=True, slots=True)
class Reply:
    code: int
    result: str = ""
    value: str | None = None  # what stood in parentheses
    endpos: int | None = None  # samples
    text: str = ""  # of an answer other than 200


class ReplyReader:
    """Feed bytes; take replies one by one. `hung_up` is set by HANGUP and stays set.

    Raises:
        AgiRefused: from `feed`, when a line is none that Asterisk sends.
    """

    def __init__(self) -> None:
        self.hung_up = False
        self._buffer = bytearray()
        self._replies: deque[Reply] = deque()
        self._usage: list[str] = []

    def feed(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            self._check_size(end)
            line = bytes(self._buffer[:end]).removesuffix(b"\r")
            del self._buffer[: end + 1]
            if line == _HANGUP:
                self.hung_up = True
            else:
                self._take(line.decode("utf-8", errors="replace"))
        self._check_size(len(self._buffer))

    def take(self) -> Reply | None:
        """The oldest complete reply, if there is one."""
        return self._replies.popleft() if self._replies else None

    def check_idle(self) -> None:
        """Before a command is sent nothing but a HANGUP can be on its way to us.

        Raises:
            AgiRefused: an answer to something we never asked.
        """
        unfinished = bool(self._buffer) and not b"HANGUP\r\n".startswith(self._buffer)
        if self._replies or self._usage or unfinished:
            raise AgiRefused(Reason.UNASKED_REPLY)

    def _check_size(self, length: int) -> None:
        if length > MAX_LINE:
            raise AgiRefused(Reason.BAD_REPLY, "line too long")

    def _take(self, line: str) -> None:
        match = _CODED.fullmatch(line)
        if self._usage:
            self._usage.append(line)
            if match and match[2] == " " and match[1] == self._usage[0][:3]:
                self._finish_usage()
            elif len(self._usage) > MAX_USAGE_LINES:
                raise AgiRefused(Reason.BAD_REPLY, "usage too long")
        elif match and match[2] == "-":
            self._usage = [line]
        elif match:
            self._replies.append(_reply(int(match[1]), match[3]))
        else:
            raise AgiRefused(Reason.BAD_REPLY, "no code")

    def _finish_usage(self) -> None:
        code = int(self._usage[0][:3])
        self._replies.append(Reply(code, text="\n".join(self._usage)))
        self._usage = []


def _reply(code: int, rest: str) -> Reply:
    if code != OK:
        return Reply(code, text=rest)
    match = _SUCCESS.fullmatch(rest)
    if match is None:
        raise AgiRefused(Reason.BAD_REPLY, "no result")
    return Reply(code, match[1], match[2], int(match[3]) if match[3] else None)
