"""`python -m ari_app`: the engine as a process."""

import os
import sys

import uvloop

from ari_app.app import build
from ari_app.domain.errors import BadFlow, BadSettings, Unavailable
from ari_app.logs import configure
from ari_app.settings import Settings


async def _run(settings: Settings) -> None:
    engine = await build(settings)
    await engine.run()


def main() -> int:
    try:
        settings = Settings.from_env(os.environ)
        configure(settings.log_level, "ari_app")
        uvloop.run(_run(settings))
    except BadSettings as error:
        print(*error.problems, sep="\n", file=sys.stderr)  # noqa: T201
        return 2
    except BadFlow as error:
        print(*error.findings, sep="\n", file=sys.stderr)  # noqa: T201
        return 2
    except Unavailable as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
