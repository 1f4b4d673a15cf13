"""What an operator can set of the watchdog, read once at start from the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

LOOPBACK = ("127.0.0.1", "::1", "localhost")
LEVELS = ("debug", "info", "warning", "error")
MINUTE = 60.0
HIGHEST_PORT = 65_535


class BadSettings(Exception):
    """Each argument is one problem, naming its variable."""


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= HIGHEST_PORT:
        raise ValueError("must be 1 to 65535")
    return port


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= MINUTE:
        raise ValueError("must be more than 0 and at most 60")
    return seconds


def _loopback(text: str) -> str:
    if text not in LOOPBACK:
        raise ValueError("only a loopback address: AMI is not encrypted")
    return text


def _level(text: str) -> str:
    if text not in LEVELS:
        raise ValueError(f"one of {', '.join(LEVELS)}")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    ami_port: int
    ami_password: str
    health_file: Path  # rewritten after every look; `hotline status` reads it
    ami_host: str = "127.0.0.1"
    ami_user: str = "hotline"
    patience_seconds: float = 6.0  # how long a call may wait in Stasis for ari_app to take it
    look_seconds: float = 1.0
    action_seconds: float = 2.0  # no answer to an action for so long: the connection is dead
    log_level: str = "info"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Raises: BadSettings with every problem at once."""
        values: dict[str, Any] = {}
        problems = []
        for name, (variable, read) in _VARIABLES.items():
            text = env.get(variable, "")
            try:
                if text:
                    values[name] = read(text)
                elif name in _NEEDED:
                    problems.append(f"{variable} is not set")
            except ValueError as error:
                problems.append(f"{variable}: {error}")
        if problems:
            raise BadSettings(*problems)
        return cls(**values)


_NEEDED = {"ami_port", "ami_password", "health_file"}
_VARIABLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "ami_host": ("HOTLINE_AMI_HOST", _loopback),
    "ami_port": ("HOTLINE_AMI_PORT", _port),
    "ami_user": ("HOTLINE_AMI_USER", str),
    "ami_password": ("HOTLINE_AMI_PASSWORD", str),
    "health_file": ("HOTLINE_WATCHDOG_HEALTH", Path),
    "patience_seconds": ("HOTLINE_WATCHDOG_SECONDS", _seconds),
    "look_seconds": ("HOTLINE_WATCHDOG_LOOK_SECONDS", _seconds),
    "action_seconds": ("HOTLINE_WATCHDOG_ACTION_SECONDS", _seconds),
    "log_level": ("HOTLINE_LOG_LEVEL", _level),
}
