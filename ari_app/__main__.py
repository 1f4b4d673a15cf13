"""`python -m ari_app`: the engine as a process.

Exit codes: 0 asked to stop, 1 something it needs is not there, 2 wrong settings or flows,
3 another engine took over.
"""

import gc
import os
import sys

import uvloop

from ari_app.domain.errors import BadFlow, BadSettings, Conflict, Fenced, Unavailable
from ari_app.logs import configure
from ari_app.settings import Settings
from ari_app.start import build
from ari_app.workers.ownership import lock

# New objects until the youngest are looked through, and how often before older ones are. What has
# no cycles goes without any of it, and the whole of a busy process takes a tenth of a second.
COLLECT = (2_000, 10, 200)


async def _run(settings: Settings) -> None:
    engine = await build(settings)
    gc.collect()
    gc.freeze()  # modules and what they hold stay for good
    gc.set_threshold(*COLLECT)
    await engine.run()


def main() -> int:
    try:
        settings = Settings.from_env(os.environ)
        configure(settings.log_level, "ari_app")
        with lock(settings.state):
            return _until_stopped(settings)
    except BadSettings as error:
        return _say(2, *error.problems)
    except BadFlow as error:
        return _say(2, *map(str, error.findings))
    except (Conflict, Unavailable) as error:
        return _say(1, str(error))


def _until_stopped(settings: Settings) -> int:
    code = 0
    try:
        uvloop.run(_run(settings))
    except* Fenced:  # `return` is not allowed in here
        code = _say(3, "another engine took over")
    return code


def _say(code: int, *lines: str) -> int:
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
