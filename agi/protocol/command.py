"""Writes one command as exactly one line.

Asterisk splits a line at blanks, takes what stands between double quotes as one word and the
character after a backslash as it is. It reads at most 2047 bytes as one line: the rest of a
longer one would be the next command.
"""

import re

from agi.protocol.refused import AgiRefused, Reason

MAX_COMMAND = 2047  # bytes with the line feed

_VERB = re.compile(r"[A-Z]+( [A-Z]+)*")
_SPECIAL = re.compile(r'(["\\])')
_BREAKS = re.compile(r"[\r\n\x00]")


def encode(verb: str, *arguments: str) -> bytes:
    """
    Raises:
        AgiRefused: nothing may be sent, because an argument would end the line.
    """
    if not _VERB.fullmatch(verb):
        raise AgiRefused(Reason.UNSENDABLE, "not a command")
    words = [verb, *(_quote(argument) for argument in arguments)]
    try:
        line = " ".join(words).encode() + b"\n"
    except UnicodeEncodeError as error:
        raise AgiRefused(Reason.UNSENDABLE, f"{verb}: not text") from error
    if len(line) > MAX_COMMAND:
        raise AgiRefused(Reason.UNSENDABLE, f"{verb}: {len(line)} bytes")
    return line


def _quote(argument: str) -> str:
    if _BREAKS.search(argument):
        raise AgiRefused(Reason.UNSENDABLE, "line break or NUL in an argument")
    return '"' + _SPECIAL.sub(r"\\\1", argument) + '"'
