"""The command line of set-up."""

import sys

# Before any import that an older Python cannot read.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Python is too old: set-up needs python3 3.11 or newer (Debian 12 and later have it)")

import argparse
import errno
import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from ari_app.site.programs import find_asterisk, find_postgres, find_redis
from tools.setup.asterisk import PrivateAsterisk
from tools.setup.locks import only_one
from tools.setup.prompts import Prompts
from tools.setup.python_packages import PythonPackages
from tools.setup.steps import Step, check_steps, run_steps
from tools.setup.system_packages import SystemPackages
from tools.setup.trouble import SetupFailed

REPOSITORY = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)  # so that `finally` runs and nothing half-made is left
    progress = sys.stderr if options.json else sys.stdout
    try:
        steps = all_steps()
        if options.check:
            return 0 if check_steps(steps, progress) else 1
        with only_one(REPOSITORY):
            run_steps(steps, progress)
        _tell(options.json)
    except SetupFailed as error:
        print(f"set-up stopped: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"set-up stopped: {_about(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up interrupted; run it again to go on", file=sys.stderr)
        return 130
    return 0


def all_steps() -> list[Step]:
    return [
        SystemPackages(),
        PythonPackages(REPOSITORY),
        PrivateAsterisk(os.environ, os.geteuid()),
        Prompts(REPOSITORY),
    ]


def places() -> dict[str, str]:
    """What was brought, and where it is."""
    asterisk = find_asterisk()
    return {
        "python": str(REPOSITORY / ".venv/bin/python"),
        "asterisk": str(asterisk.path),
        "asterisk_version": asterisk.version,
        "asterisk_modules": str(asterisk.moddir),
        "asterisk_data": str(asterisk.datadir),
        "postgresql": str(find_postgres()),
        "redis": str(find_redis()),
    }


def _tell(as_json: bool) -> None:
    if as_json:
        print(json.dumps(places(), indent=2))
        return
    for name, value in places().items():
        print(f"      {name.replace('_', ' '):<18}{value}")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m tools.setup", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only tell what is missing")
    parser.add_argument("--json", action="store_true", help="print what is where as JSON")
    return parser.parse_args(arguments)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _about(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full: free some space, or set HOTLINE_CACHE to another place"
    return f"{error.filename or 'the system'}: {error.strerror}: mend that and run it again"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
