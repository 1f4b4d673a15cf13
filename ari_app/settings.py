"""Everything an operator can change, read once at start from the environment."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from zoneinfo import available_timezones

from ari_app.domain.errors import BadSettings
from ari_app.domain.hours import Span, read_spans
from ari_app.domain.outbound import PREFIX, OutboundRules, PrefixRule, every_day

LOG_LEVELS = ("debug", "info", "warning", "error")


def _text(value: str) -> str:
    return value


def listed(value: str) -> tuple[str, ...]:
    """Names separated by commas."""
    return tuple(name.strip().lower() for name in value.split(",") if name.strip())


OWN_NUMBER = re.compile(r"[0-9]{3,15}")
TRUNK = re.compile(r"[A-Za-z0-9_-]{1,40}")
HIGHEST_PORT = 65_535
DAY = 86_400.0
ALL = 100.0


def _port(value: str) -> int:
    port = int(value)
    if not 1 <= port <= HIGHEST_PORT:
        raise ValueError("must be 1 to 65535")
    return port


def _count(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError("must be 1 or more")
    return number


def _seconds(value: str) -> float:
    seconds = float(value)
    if not 0 < seconds < DAY:
        raise ValueError("must be more than 0 and less than a day")
    return seconds


def _percent(value: str) -> float:
    percent = float(value)
    if not 0 <= percent < ALL:
        raise ValueError("must be 0 to 100")
    return percent


def _loopback(value: str) -> str:
    if value not in {"127.0.0.1", "::1", "localhost"}:
        raise ValueError("only a loopback address: put TLS in front for anything else")
    return value


def _level(value: str) -> str:
    if value not in LOG_LEVELS:
        raise ValueError(f"one of {', '.join(LOG_LEVELS)}")
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("no time zone; as in Asia/Shanghai")
    return value


def _prefixes(value: str) -> tuple[str, ...]:
    found = listed(value)
    for prefix in found:
        if not PREFIX.fullmatch(prefix):
            raise ValueError(f"{prefix!r} is no prefix; as in +8613,+8621")
    return found


def _numbers(value: str) -> tuple[str, ...]:
    found = listed(value)
    for number in found:
        if not OWN_NUMBER.fullmatch(number):
            raise ValueError(f"{number!r} is no number; digits only")
    return found


def _trunk(value: str) -> str:
    if not TRUNK.fullmatch(value):
        raise ValueError("no name of a trunk")
    return value


def _cap(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("must be 0 or more")
    return number


def _setting(read: Callable[[str], Any], help: str, default: Any = None) -> Any:
    """A field of Settings. Without a default it must be set."""
    return _field({"read": read, "help": help}, default, show=True)


def _secret(read: Callable[[str], Any], help: str, default: Any = None) -> Any:
    """A setting that never shows when Settings are printed."""
    return _field({"read": read, "help": help}, default, show=False)


def _field(meta: Mapping[str, Any], default: Any, *, show: bool) -> Any:
    if default is None:
        return field(metadata=meta, repr=show)
    return field(default=default, metadata=meta, repr=show)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One process's settings. The variable of field `x` is `HOTLINE_X`."""

    ari_url: str = _setting(_text, "base address of Asterisk's HTTP server")
    ari_password: str = _secret(_text, "password of the ARI user")
    database_url: str = _secret(_text, "PostgreSQL, as the role hotline_engine")
    redis_url: str = _secret(_text, "Redis, live view only")
    recordings: Path = _setting(Path, "folder of recordings: spool, messages, archive")
    state: Path = _setting(Path, "folder for what must survive while PostgreSQL is away")
    cel: Path = _setting(
        Path, "Asterisk's event log", Path("/var/log/asterisk/cel-custom/Master.csv")
    )
    flows: Path = _setting(Path, "folder of flow files", Path("dialplan/flows"))
    manifest: Path = _setting(Path, "prompt manifest", Path("sounds/manifest.toml"))
    sounds: Path = _setting(
        Path, "where Asterisk finds its sounds", Path("/var/lib/asterisk/sounds")
    )
    takes: Path = _setting(
        Path, "prompts that people recorded here", Path("/var/lib/hotline/prompts")
    )
    node: str = _setting(_text, "name of this Asterisk node", "node1")
    ari_user: str = _setting(_text, "ARI user", "hotline")
    ari_lanes: int = _setting(_count, "Stasis applications that share this node's calls", 2)
    agi_host: str = _setting(_loopback, "address the FastAGI server listens on", "127.0.0.1")
    agi_port: int = _setting(_port, "port of the FastAGI server", 4573)
    web_host: str = _setting(_loopback, "address the HTTP server listens on", "127.0.0.1")
    web_port: int = _setting(_port, "port of the HTTP server", 8088)
    control_token: str = _secret(_text, "what opens /control; without it that is shut", "")
    heartbeat_seconds: float = _setting(_seconds, "how often the gate is kept open", 1.0)
    frozen_seconds: float = _setting(_seconds, "a standstill that ends this process", 5.0)
    sweep_seconds: float = _setting(_seconds, "how often leftovers are looked for", 60.0)
    fallback_mailbox: str = _setting(_text, "who gets messages the fallback took", "hotline")
    disk_alarm_percent: float = _setting(_percent, "alarm below this much free disk", 15.0)
    cel_days: int = _setting(_count, "days that PostgreSQL keeps Asterisk's event log", 90)
    time_zone: str = _setting(_zone, "in which opening hours are meant", "Asia/Shanghai")
    lookup_hosts: str = _setting(_text, "hosts that queries of flows may ask over HTTP", "")
    outbound_allow: tuple[str, ...] = _setting(
        _prefixes, "prefixes that may be dialled, such as +861,+8621; empty: nothing is dialled", ()
    )
    outbound_deny: tuple[str, ...] = _setting(
        _prefixes, "prefixes among them that may not be dialled", ()
    )
    outbound_hours: tuple[Span, ...] = _setting(
        read_spans, "when numbers outside may be dialled, every day", ((0, 86_400),)
    )
    outbound_trunk: str = _setting(_trunk, "trunk that calls leave by; else the first one", "")
    outbound_caller_ids: tuple[str, ...] = _setting(
        _numbers,
        "numbers of yours that may be shown, the usual one first; else what was dialled",
        (),
    )
    outbound_at_once: int = _setting(_cap, "most calls to numbers outside at one time", 10)
    outbound_an_hour: int = _setting(_cap, "most numbers dialled in an hour", 200)
    outbound_a_day_to_one: int = _setting(_cap, "most often that one number is dialled in 24 h", 6)
    outbound_ring_seconds: float = _setting(_seconds, "how long a number outside rings", 30.0)
    callback_tries: int = _setting(_count, "how often a callback is dialled", 3)
    callback_retry_seconds: float = _setting(
        _seconds, "from a callback that was not answered to the next try", 900.0
    )
    log_level: str = _setting(_level, "debug, info, warning or error", "info")

    @property
    def ari_apps(self) -> tuple[str, ...]:
        """The Stasis applications of this node; the dialplan draws one per call."""
        return tuple(f"hotline-{lane}" for lane in range(self.ari_lanes))

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        return listed(self.lookup_hosts)

    @property
    def outbound_rules(self) -> OutboundRules:
        allowed = [PrefixRule(prefix, True) for prefix in self.outbound_allow]
        denied = [PrefixRule(prefix, False) for prefix in self.outbound_deny]
        return OutboundRules(
            is_on=bool(allowed),
            prefixes=(*allowed, *denied),
            hours=every_day(self.outbound_hours),
            trunk=self.outbound_trunk,
            caller_ids=self.outbound_caller_ids,
            ring_seconds=self.outbound_ring_seconds,
            most_at_once=self.outbound_at_once,
            most_an_hour=self.outbound_an_hour,
            most_a_day_to_one=self.outbound_a_day_to_one,
        )

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """All problems are reported at once.

        Raises:
            BadSettings: naming each variable that is missing or wrong.
        """
        values: dict[str, Any] = {}
        problems = []
        for name, spec in cls.__dataclass_fields__.items():
            variable = f"HOTLINE_{name.upper()}"
            text = env.get(variable, "")
            try:
                if text:
                    values[name] = spec.metadata["read"](text)
                elif spec.default is spec.default_factory:  # both MISSING: it has no default
                    problems.append(f"{variable} is not set ({spec.metadata['help']})")
            except ValueError as error:
                problems.append(f"{variable}={text!r}: {error} ({spec.metadata['help']})")
        if problems:
            raise BadSettings(problems)
        return cls(**values)
