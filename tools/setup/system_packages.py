"""Step: programs that the distribution carries."""

import importlib.util
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from ari_app.domain.errors import BadSettings
from ari_app.site.programs import find_postgres, find_redis
from tools.setup.commands import Root, become_root
from tools.setup.services import services_stay_down
from tools.setup.steps import Note
from tools.setup.trouble import CommandFailed, SetupFailed, explain

APT = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120")
INSTALL = (
    *APT,
    "-o",
    "Dpkg::Options::=--force-confdef",
    "-o",
    "Dpkg::Options::=--force-confold",
    "--no-install-recommends",
    "--no-remove",
    "install",
)
# Ubuntu's needrestart would restart running services after an installation.
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "l", "NEEDRESTART_SUSPEND": "1"}


def _finds(find: Callable[[], Path]) -> bool:
    try:
        find()
    except BadSettings:
        return False
    return True


# package -> is what it brings already here (from wherever)?
NEEDS: Mapping[str, Callable[[], bool]] = {
    "sip-tester": lambda: shutil.which("sipp") is not None,
    "espeak-ng": lambda: shutil.which("espeak-ng") is not None,
    "sox": lambda: shutil.which("sox") is not None,
    "postgresql": lambda: _finds(find_postgres),
    "redis-server": lambda: _finds(find_redis),
    "python3-venv": lambda: importlib.util.find_spec("ensurepip") is not None,
    "xz-utils": lambda: shutil.which("xz") is not None,
}


class SystemPackages:
    name = "system packages"

    def __init__(self, needs: Mapping[str, Callable[[], bool]] = NEEDS) -> None:
        self.needs = needs

    def missing(self) -> list[str]:
        return [package for package, is_here in self.needs.items() if not is_here()]

    def is_done(self) -> bool:
        return not self.missing()

    def do(self, note: Note) -> None:
        packages = self.missing()
        names = " ".join(packages)
        if not shutil.which("apt-get"):
            raise SetupFailed(
                "this machine has no apt-get",
                f"install what Debian calls {names} by hand, then run it again",
            )
        root = become_root(names)
        note(f"installing {names}")
        try:
            install(root, packages)
        except CommandFailed as error:
            raise explain(error) from error
        importlib.invalidate_caches()
        if still := self.missing():
            raise SetupFailed(
                f"installed, yet not found: {' '.join(still)}", "check PATH, then run it again"
            )


def install(root: Root, packages: list[str]) -> None:
    """Raises CommandFailed. A stale third-party source must not stop us, so update may fail."""
    try:
        root.run([*APT, "update"])
        update_said = ""
    except CommandFailed as error:
        update_said = error.output
    try:
        with services_stay_down(root):
            root.run([*INSTALL, *packages], QUIET)
            if "redis-server" in packages:
                keep_down_after_reboot(root, "redis-server")
    except CommandFailed as error:
        raise CommandFailed(error.program, f"{update_said}\n{error.output}") from error


def keep_down_after_reboot(root: Root, unit: str) -> None:
    """A package enables its unit; one we brought shall not start by itself either."""
    if shutil.which("systemctl"):
        script = 'systemctl --no-reload disable "$1" >/dev/null 2>&1 || true'
        root.run(["sh", "-c", script, "sh", unit])
