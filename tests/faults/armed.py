"""`python -m tests.faults.armed POINT HITS`: an engine that dies when it gets there so often."""

import itertools
import os
import signal
import sys

from ari_app import breakpoints
from ari_app.__main__ import main


def arm(point: str, hits: int) -> None:
    count = itertools.count(1)

    def die() -> None:
        if next(count) == hits:
            os.kill(os.getpid(), signal.SIGKILL)

    breakpoints.arm(point, die)


if __name__ == "__main__":
    arm(sys.argv[1], int(sys.argv[2]))
    sys.exit(main())
