"""What the operator of one site chooses: `hotline.env` in its folder."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any, Self

from ari_app.domain.errors import BadSettings
from ari_app.domain.hours import written
from ari_app.settings import Settings

FILE = "hotline.env"
PREFIX = "HOTLINE_"
SIGNALLINGS = ("pri", "ss7", "r2")
NOBODY = "none"
EVERY_ADDRESS = IPv4Address(0)
LINE = re.compile(r"(?:export\s+)?(\w+)\s*=\s*(.*)")
LEAST_GATE, MOST_GATE = 2, 60
# Of Settings, what an operator may choose; the rest follows from the site.
PASSED_ON = (
    "node", "ari_lanes", "heartbeat_seconds", "frozen_seconds", "sweep_seconds",
    "fallback_mailbox", "disk_alarm_percent", "cel_days", "time_zone", "lookup_hosts",
    "outbound_allow", "outbound_deny", "outbound_hours", "outbound_trunk", "outbound_caller_ids",
    "outbound_at_once", "outbound_an_hour", "outbound_a_day_to_one", "outbound_ring_seconds",
    "callback_tries", "callback_retry_seconds", "log_level",
)  # fmt: skip


def _address(text: str) -> str:
    return str(IPv4Address(text))


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(IPv4Network(each)) for each in _listed(text))


def _signalling(text: str) -> str:
    if text not in SIGNALLINGS:
        raise ValueError(f"one of {', '.join(SIGNALLINGS)}, or empty")
    return text


def _gate(text: str) -> int:
    seconds = int(text)
    if not LEAST_GATE <= seconds <= MOST_GATE:
        raise ValueError(f"must be {LEAST_GATE} to {MOST_GATE}")
    return seconds


def _extensions(text: str) -> tuple[str, ...]:
    return () if text == NOBODY else tuple(_listed(text))


def _listed(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", text) if part]


def _choice(read: Callable[[str], Any], help: str, default: Any, shown: str) -> Any:
    return field(default=default, metadata={"read": read, "help": help, "shown": shown})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """`passed_on` goes to the programs as it is. An empty value in the file is the default."""

    sip_bind: str = _choice(
        _address,
        "IPv4 address that SIP listens on; another than 127.0.0.1 needs HOTLINE_SIP_ALLOW",
        "127.0.0.1",
        "127.0.0.1",
    )
    sip_allow: tuple[str, ...] = _choice(
        _networks, "networks that phones may be in, such as 192.168.7.0/24,10.1.0.0/16", (), ""
    )
    e1: str = _choice(_signalling, "signalling of the E1 spans: pri, ss7 or r2", "", "")
    gate_seconds: int = _choice(
        _gate, "how old the engine's sign of life may be before callers get the fallback", 4, "4"
    )
    fallback_phones: tuple[str, ...] | None = _choice(
        _extensions,
        f"extensions that ring in the fallback, or {NOBODY}; else the first eight phones",
        None,
        "",
    )
    passed_on: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, extensions: tuple[str, ...] = ()) -> Self:
        """No file: nothing was chosen.

        Args:
            extensions: the phones there are.

        Raises:
            BadSettings: every line that is wrong, with its number.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls()
        except UnicodeDecodeError:
            raise BadSettings([f"{path} is not a text in UTF-8"]) from None
        reading = _Reading(path)
        for number, line in enumerate(text.splitlines(), start=1):
            reading.take(number, line.strip())
        choices = cls(**reading.chosen, passed_on=reading.passed_on)
        reading.agree(choices, extensions)
        if reading.problems:
            raise BadSettings(reading.problems)
        return choices

    @property
    def sip_host(self) -> str:
        """Where this machine itself reaches SIP."""
        return "127.0.0.1" if self.sip_bind == str(EVERY_ADDRESS) else self.sip_bind

    def setting(self, name: str) -> Any:
        """The value the engine will take for one of PASSED_ON."""
        spec = Settings.__dataclass_fields__[name]
        text = self.passed_on.get(_variable(name))
        return spec.metadata["read"](text) if text else spec.default


class _Reading:
    """Line by line, and every problem is kept."""

    def __init__(self, path: Path) -> None:
        self.problems: list[str] = []
        self.chosen: dict[str, Any] = {}
        self.passed_on: dict[str, str] = {}
        self._path = path
        self._lines: dict[str, int] = {}

    def take(self, number: int, line: str) -> None:
        if not line or line.startswith("#"):
            return
        found = LINE.fullmatch(line)
        if found is None:
            self._refuse(number, "is not KEY=VALUE")
        elif found[1] in self._lines:
            self._refuse(number, f"{found[1]} is set on line {self._lines[found[1]]} already")
        else:
            self._lines[found[1]] = number
            self._set(number, found[1], _unquoted(found[2]))

    def _set(self, number: int, variable: str, text: str) -> None:
        name = variable.removeprefix(PREFIX).lower()
        own, others = Choices.__dataclass_fields__, Settings.__dataclass_fields__
        is_own = "read" in own[name].metadata if name in own else False
        if variable != _variable(name) or not (is_own or name in PASSED_ON):
            of_site = variable == _variable(name) and name in others
            why = "follows from the site, leave it out" if of_site else "is no setting of a site"
            self._refuse(number, f"{variable} {why}")
            return
        spec = (own if is_own else others)[name]
        try:
            value = spec.metadata["read"](text) if text else None
        except ValueError as error:
            self._refuse(number, f"{variable}={text}: {error} ({spec.metadata['help']})")
            return
        if text and is_own:
            self.chosen[name] = value
        elif text:
            self.passed_on[variable] = text

    def agree(self, choices: Choices, extensions: tuple[str, ...]) -> None:
        """What is right line by line and wrong together."""
        if not IPv4Address(choices.sip_bind).is_loopback and not choices.sip_allow:
            self._miss("sip_bind", "needs HOTLINE_SIP_ALLOW, the networks your phones are in")
        if choices.gate_seconds < choices.setting("heartbeat_seconds") + 1:
            self._miss("gate_seconds", "must be a second more than HOTLINE_HEARTBEAT_SECONDS")
        for extension in choices.fallback_phones or ():
            if extension not in extensions:
                self._miss("fallback_phones", f"there is no phone {extension}: `hotline phones`")

    def _miss(self, name: str, what: str) -> None:
        variable = _variable(name)
        default = self._lines.get(_variable("heartbeat_seconds"), 0)
        self._refuse(self._lines.get(variable, default), f"{variable} {what}")

    def _refuse(self, number: int, what: str) -> None:
        self.problems.append(f"{self._path}, line {number}: {what}")


def example() -> str:
    """The file of a new site: every setting with its default, as a comment."""
    head = (
        "# What you choose for this site; the next `hotline up` or `hotline restart` reads it.\n"
        "# Take the # off a setting to change it. What each means: docs/operations.md\n"
    )
    return head + "".join(f"\n# {help}\n#{key}={shown}\n" for key, help, shown in settings())


def settings() -> Iterator[tuple[str, str, str]]:
    """Variable, what it is, its default as it would be written."""
    for name, own in Choices.__dataclass_fields__.items():
        if own.metadata:
            yield _variable(name), own.metadata["help"], own.metadata["shown"]
    for name in PASSED_ON:
        spec = Settings.__dataclass_fields__[name]
        yield _variable(name), spec.metadata["help"], shown(spec.default)


def shown(default: object) -> str:
    """A default as it would be written. Of lists only that of hours has one."""
    if isinstance(default, tuple):
        return written(default)
    return f"{default:g}" if isinstance(default, float) else str(default)


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text
