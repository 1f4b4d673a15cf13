"""The engine as a process, from its start to its exit code.

Exit codes: 0 asked to stop, 1 something it needs is not there, or a part of it failed, 2 wrong
settings or flows, 3 another engine took over.
"""

import gc
import logging
import os
import sys
from typing import NoReturn

import uvloop

from ari_app.domain.errors import BadFlow, BadSettings, Conflict, Fenced, Unavailable
from ari_app.logs import configure
from ari_app.settings import Settings
from ari_app.start import build
from ari_app.workers.ownership import lock

log = logging.getLogger(__name__)

# New objects until the youngest are looked through, and how often before older ones are. What has
# no cycles goes without any of it, and the whole of a busy process takes a tenth of a second.
COLLECT = (2_000, 10, 200)
# Threads (recordings, disks) compute now and then. Python lets each go on for 5 ms once it has the
# interpreter, ten times what a whole decision takes.
SWITCH_SECONDS = 0.0005
TAKEN_OVER = "another engine took over"


async def _run(settings: Settings) -> None:
    engine = await build(settings)
    gc.collect()
    gc.freeze()  # modules and what they hold stay for good
    gc.set_threshold(*COLLECT)
    gc.enable()
    try:
        await engine.run()
    except BaseExceptionGroup as failed:  # of its parts, which only run once all is loaded
        _end_at_once(failed)


def _end_at_once(failed: BaseExceptionGroup[BaseException]) -> NoReturn:
    """As a crash would: to unwind would hang up on people who talk, and on callers of whom
    another engine may be in charge by now."""
    if failed.subgroup(Fenced) is not None:
        code = _say(3, TAKEN_OVER)
    else:
        log.critical("a part of the engine failed", exc_info=failed)
        code = 1
    sys.stderr.flush()
    logging.shutdown()
    os._exit(code)


def main() -> int:
    try:
        settings = Settings.from_env(os.environ)
        configure(settings.log_level, "ari_app")
        sys.setswitchinterval(SWITCH_SECONDS)
        with lock(settings.state):
            uvloop.run(_run(settings))
    except BadSettings as error:
        return _say(2, *error.problems)
    except BadFlow as error:
        return _say(2, *map(str, error.findings))
    except Fenced:
        return _say(3, TAKEN_OVER)
    except (Conflict, Unavailable) as error:
        return _say(1, str(error))
    return 0


def _say(code: int, *lines: str) -> int:
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201
    return code
