"""`python -m agi`: the FastAGI server. Exit 2: wrong settings; 1: it could not listen."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable

from agi.app import run
from ari_app import logs
from ari_app.domain.errors import BadSettings
from ari_app.settings import Settings


def main() -> int:
    try:
        settings = Settings.from_env(os.environ)
    except BadSettings as error:
        _complain(error.problems)
        return 2
    logs.configure(settings.log_level, "agi")
    problems: list[str] = []
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(run(settings))
    except* OSError as group:
        problems = [str(error) for error in group.exceptions]
    _complain(f"agi on {settings.agi_host}:{settings.agi_port}: {each}" for each in problems)
    return 1 if problems else 0


def _complain(problems: Iterable[str]) -> None:
    sys.stderr.writelines(f"{problem}\n" for problem in problems)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415  (faster, and optional)
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
