"""Step: `.venv` with the locked dependencies and this project, editable."""

import hashlib
import os
import sys
from pathlib import Path

from tools.setup.commands import run
from tools.setup.steps import Note
from tools.setup.trouble import CommandFailed, explain

STAMP = "hotline-stamp"


class PythonPackages:
    name = "Python packages"

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self.venv = repository / ".venv"
        self.lock = repository / "requirements" / "lock.txt"

    def is_done(self) -> bool:
        stamp = self.venv / STAMP
        return self._starts() and stamp.is_file() and stamp.read_text() == self.wanted()

    def wanted(self) -> str:
        """What the stamp says when .venv is up to date: place, Python and digests."""
        digest = hashlib.sha256(self.lock.read_bytes())
        digest.update((self.repository / "pyproject.toml").read_bytes())
        python = ".".join(str(part) for part in sys.version_info[:2])
        return f"{self.venv}\n{python}\n{digest.hexdigest()}\n"

    def do(self, note: Note) -> None:
        try:
            self._make(note)
            note(f"installing {self.lock.read_text().count('==')} packages")
            self._pip("--require-hashes", "-r", str(self.lock))
            self._pip("--no-deps", "--no-build-isolation", "-e", str(self.repository))
        except CommandFailed as error:
            raise explain(error) from error
        (self.venv / STAMP).write_text(self.wanted())

    def _make(self, note: Note) -> None:
        """Keeps a .venv that still works here; scripts of a moved one name the old place."""
        stamp = self.venv / STAMP
        place = self.wanted().splitlines()[:2]
        if self._starts() and (not stamp.is_file() or stamp.read_text().splitlines()[:2] == place):
            return
        note("creating .venv")
        run([sys.executable, "-m", "venv", "--clear", self.venv])

    def _starts(self) -> bool:
        return os.access(self.venv / "bin" / "python", os.X_OK) and any(
            self.venv.glob("lib/python*/site-packages/pip")
        )

    def _pip(self, *arguments: str) -> None:
        pip: list[str | Path] = [self.venv / "bin/python", "-m", "pip", "--quiet", "--no-input"]
        run([*pip, "--disable-pip-version-check", "install", *arguments], cwd=self.repository)
