"""Starting a program in the background, knowing whether it runs, stopping it by its id."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ari_app.domain.errors import Unavailable

# What this process started outlives it; while both live, somebody has to look when it ends.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


@dataclass(frozen=True, slots=True)
class Background:
    """One program of a site, with its pid file and its log."""

    name: str
    run: Path
    log: Path
    nice: int = 0  # as in nice(2); below 0 where we may, which takes root

    @property
    def pid_file(self) -> Path:
        return self.run / f"{self.name}.pid"

    @property
    def log_file(self) -> Path:
        return self.log / f"{self.name}.log"

    def pid(self) -> int | None:
        """The process id if it runs. A recycled id is told apart by the start time kept with it."""
        try:
            pid, started = map(int, self.pid_file.read_text().split())
        except (FileNotFoundError, ValueError):
            return None
        return pid if _start_time(pid) == started else None

    def start(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        user: tuple[int, int] | None = None,
    ) -> int:
        """Starts it unless it runs already.

        Args:
            user: uid and gid to run as; None keeps ours.
        """
        if (running := self.pid()) is not None:
            return running
        with self.log_file.open("ab") as output:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(env) if env is not None else None,
                start_new_session=True,
                cwd="/",  # ours may be closed to its user, or be removed
                user=user[0] if user else None,
                group=user[1] if user else None,
                extra_groups=[] if user else None,
            )
        _children[process.pid] = process
        set_nice(process.pid, self.nice)
        self.pid_file.write_text(f"{process.pid} {_start_time(process.pid) or 0}\n")
        return process.pid

    def signal(self, number: signal.Signals) -> None:
        if (pid := self.pid()) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self, within: float = 10.0) -> None:
        """Asks it to end; after `within` seconds it is killed."""
        self.signal(signal.SIGTERM)
        if not self._gone(within):
            self.signal(signal.SIGKILL)
            self._gone(5.0)
        self.pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """Ends it at once, as a power cut would."""
        self.signal(signal.SIGKILL)
        self._gone(5.0)

    def _gone(self, within: float) -> bool:
        deadline = time.monotonic() + within
        while self.pid() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def last_words(self, lines: int = 3) -> str:
        """The end of its log, for an error message."""
        try:
            text = self.log_file.read_text(errors="replace")
        except FileNotFoundError:
            return ""
        return " | ".join(text.strip().splitlines()[-lines:])

    def check_alive(self) -> None:
        """Raises: Unavailable with the end of its log when it has died."""
        if self.pid() is None:
            raise Unavailable(f"{self.name} ended right after its start: {self.last_words()}")


def set_nice(pid: int, nice: int) -> None:
    """Of the process, and of its session, which is what Linux weighs against other sessions
    (sched(7), autogroup). Where we may not, all stays as it was."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, nice)
        Path(f"/proc/{pid}/autogroup").write_text(f"{nice}\n")


def _start_time(pid: int) -> int | None:
    """Clock ticks since boot at which the process started (proc(5), field 22); None if gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # Ended, and only its parent has not looked yet. Not while other threads of it are still
    # ending: until then its ports are taken.
    if fields[0] == "Z" and int(fields[17]) <= 1:
        if pid in _children and _children[pid].poll() is not None:
            del _children[pid]
        return None
    return int(fields[19])
