"""A background program that is started again when it dies."""

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ari_app.site.processes import Background

FROZEN_SECONDS = 9.0  # ended within ten, whatever the last sign of life

SAME_USER = "-"

# Where there is more to do than processors, whoever answers callers goes before the rest: an
# engine that starts under full load adopts its calls sooner (decision 0011).
CALLERS_FIRST = -5


@dataclass(frozen=True)
class Kept(Background):
    """`pid`, `signal` and `kill` mean the program itself; `stop` ends its keeper first, so that
    it stays ended. Between a death and the new start `pid` is None."""

    nice: int = CALLERS_FIRST
    frozen_seconds: float = FROZEN_SECONDS  # no sign of life for so long is a death too

    @property
    def keeper(self) -> Background:
        return Background(f"{self.name}.keeper", self.run, self.log)

    def start(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        user: tuple[int, int] | None = None,
    ) -> int:
        """Starts the program, not kept yet; does nothing while a keeper is there to do it."""
        if (keeper := self.keeper.pid()) is not None:
            return self.pid() or keeper
        return super().start(command, self._told(env), user)

    def keep(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        user: tuple[int, int] | None = None,
    ) -> int:
        """From now on it is started again. For a program that has come up well once: whoever
        starts one that cannot run wants to be told, not to find it tried for ever.

        The keeper itself runs as we do: where it writes, the program's user must not.

        Returns the keeper's process id.
        """
        as_user = f"{user[0]}:{user[1]}" if user else SAME_USER
        numbers = (str(self.frozen_seconds), str(self.nice))
        arguments = (str(self.run), str(self.log), self.name, *numbers, as_user)
        keeper = (sys.executable, "-m", "ari_app.site.keeper", *arguments, *command)
        return self.keeper.start(keeper, self._told(env))

    def stop(self, within: float = 10.0) -> None:
        self.keeper.stop()
        super().stop(within)

    def check_alive(self) -> None:
        """Raises: Unavailable when it has died and nobody starts it again."""
        if self.keeper.pid() is None:
            super().check_alive()

    def _told(self, env: Mapping[str, str] | None) -> dict[str, str]:
        return {**(env or {}), "NOTIFY_SOCKET": notify_address(self)}


def notify_address(process: Background) -> str:
    """Where the program says that it is alive (sd_notify(3)).

    An abstract name, for a path of a site may be longer than a socket's may be (unix(7)). The same
    for every keeper of this program, so that a new one hears a program that is running already.
    """
    digest = hashlib.sha256(str(process.pid_file.resolve()).encode()).hexdigest()
    return f"@hotline-{digest[:32]}"
