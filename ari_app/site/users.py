"""Which unprivileged user a service runs as."""

import os
import pwd
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ari_app.domain.errors import BadSettings

FALLBACK = "nobody"


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """PostgreSQL refuses to run as root, and nothing else needs to."""

    name: str
    uid: int
    gid: int

    @property
    def process_options(self) -> dict[str, Any]:
        """Keywords of subprocess.Popen and asyncio.create_subprocess_exec."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def service_user(wanted: Sequence[str]) -> ServiceUser | None:
    """The first of these users that exists, else `nobody`; None when we are not root.

    Raises:
        BadSettings: none of them exists.
    """
    if os.geteuid() != 0:
        return None
    for name in (*wanted, FALLBACK):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServiceUser(name, entry.pw_uid, entry.pw_gid)
    raise BadSettings([f"none of the users {', '.join(wanted)}, {FALLBACK} exists"])


def private_folder(folder: Path, user: ServiceUser | None) -> None:
    """Makes the folder if needed, open to nobody but its user."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if user is not None:
        user.own(folder)


def private_file(path: Path, text: str, user: ServiceUser | None) -> None:
    """Writes a file nobody else can ever read, not even while it is being written."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    if user is not None:
        user.own(path)
