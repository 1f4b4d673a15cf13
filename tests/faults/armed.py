"""`python -m tests.faults.armed POINT FILE`: an engine that dies when it gets there.

Not before the file exists: those who call now shall be served by somebody.
"""

import os
import signal
import sys
from pathlib import Path

from ari_app import breakpoints
from ari_app.process import main


def arm(point: str, go: Path) -> None:
    def die() -> None:
        if go.exists():
            os.kill(os.getpid(), signal.SIGKILL)

    breakpoints.arm(point, die)


if __name__ == "__main__":
    arm(sys.argv[1], Path(sys.argv[2]))
    sys.exit(main())
