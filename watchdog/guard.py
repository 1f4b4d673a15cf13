"""What may be said to AMI at all: an allow-list of actions, each with the form of every header.

AMI is lines of text, and the libraries for it pass line breaks in a value straight through: one
value could smuggle in a whole action. So nothing is sent that did not pass `checked`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

FORBIDDEN: Final = frozenset("\r\n\0")


class Refused(Exception):
    """An action, header or value that is not ours to send; values are never shown."""


def _exactly(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))


_CHANNEL = re.compile(r"[A-Za-z0-9_]{1,20}/[A-Za-z0-9_.:@/+*#;-]{1,100}")
_NAME = r"(CC_[A-Z]{1,20}|GROUP\(call\))"
_NAMES = re.compile(rf"{_NAME}(,{_NAME}){{0,9}}")
_ASKED = re.compile(r"CC_ALIVE|GROUP\(call\)|GROUP_COUNT\((new|taken)@call\)")
_WORD = re.compile(r"[a-z_]{1,20}")
_CREDENTIAL = re.compile(r"[ -~]{1,128}")  # printable ASCII
_MONITOR = re.compile(r"0x[0-9a-f]{1,16}")


@dataclass(frozen=True, slots=True)
class _Form:
    """Headers that must be there, and those that may; every value matches its pattern whole."""

    needed: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    optional: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


ALLOWED: Final[Mapping[str, _Form]] = {
    "Login": _Form(
        {"Username": _CREDENTIAL, "Secret": _CREDENTIAL, "Events": _exactly("off")},
    ),
    "Ping": _Form(),
    "Status": _Form({"Variables": _NAMES}),
    "Getvar": _Form({"Variable": _ASKED}, {"Channel": _CHANNEL}),
    # With a channel only: without one, Setvar writes a global variable.
    "Setvar": _Form({"Channel": _CHANNEL, "Variable": _exactly("CC_FALLBACK"), "Value": _WORD}),
    # One place to go to. ExtraChannel, which would move a second channel, is not a header of ours.
    "Redirect": _Form(
        {
            "Channel": _CHANNEL,
            "Context": _exactly("app-fallback"),
            "Exten": _exactly("s"),
            "Priority": _exactly("1"),
        }
    ),
    "MixMonitorMute": _Form(
        {
            "Channel": _CHANNEL,
            "Direction": re.compile("read|write|both"),
            "State": re.compile("[01]"),
        },
        {"MixMonitorID": _MONITOR},
    ),
}


def checked(action: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The action as the library takes it.

    Raises:
        Refused: naming the action or header; nothing may be sent.
    """
    for text in (action, *headers, *headers.values()):
        if not isinstance(text, str) or FORBIDDEN & set(text):
            raise Refused("a line break, a NUL or something that is not text")
    form = ALLOWED.get(action)
    if form is None:
        raise Refused(f"action {action[:20]!r}")
    if missing := form.needed.keys() - headers.keys():
        raise Refused(f"{action} without {', '.join(sorted(missing))}")
    patterns = {**form.needed, **form.optional}
    for name, value in headers.items():
        pattern = patterns.get(name)
        if pattern is None or not pattern.fullmatch(value):
            raise Refused(f"{action} with this {name[:20]!r}")
    return {"Action": action, **headers}
