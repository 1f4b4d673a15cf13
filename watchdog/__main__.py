"""`python -m watchdog`. Exit 2: wrong settings."""

import asyncio
import json
import logging
import os
import signal
import sys
import time

from watchdog.rounds import Watchdog
from watchdog.settings import BadSettings, Settings

SHOWN = ("call_id", "channel", "reason", "calls", "header")


class _JsonLine(logging.Formatter):
    """One object per line, ASCII only: what is logged cannot break a line."""

    def format(self, record: logging.LogRecord) -> str:
        written = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "time": f"{written}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "process": "watchdog",
            "event": record.getMessage(),
        }
        line |= {name: vars(record)[name] for name in SHOWN if name in vars(record)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


async def _run(settings: Settings) -> None:
    task = asyncio.ensure_future(Watchdog(settings).run())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def main() -> int:
    try:
        settings = Settings.from_env(os.environ)
    except BadSettings as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.args)
        return 2
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLine())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    # The library calls every end of a connection an error and shows headers at DEBUG.
    logging.getLogger("watchdog.panoramisk").setLevel(logging.CRITICAL)
    logging.getLogger("panoramisk").setLevel(logging.CRITICAL)
    asyncio.run(_run(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
