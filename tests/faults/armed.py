"""`python -m tests.faults.armed POINT SECONDS`: an engine that dies when it gets there.

Not while it is younger than this: those who call now shall be served by somebody.
"""

import os
import signal
import sys
import time

from ari_app import breakpoints
from ari_app.__main__ import main


def arm(point: str, settled_after: float) -> None:
    def die() -> None:
        if time.monotonic() > settled_after:
            os.kill(os.getpid(), signal.SIGKILL)

    breakpoints.arm(point, die)


if __name__ == "__main__":
    arm(sys.argv[1], time.monotonic() + float(sys.argv[2]))
    sys.exit(main())
