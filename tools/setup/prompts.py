"""Step: spoken prompts, generated from the manifest by `ari_app.sounds`."""

import hashlib
from pathlib import Path

from tools.setup.commands import run
from tools.setup.steps import Note
from tools.setup.trouble import CommandFailed, explain

STAMP = ".set-up"


class Prompts:
    name = "prompts"

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self.generator = repository / "ari_app" / "sounds"
        self.generated = repository / "sounds" / "generated"

    def is_done(self) -> bool:
        if not (self.generator / "__main__.py").is_file():
            return True
        stamp = self.generated / STAMP
        return stamp.is_file() and stamp.read_text() == self.wanted()

    def wanted(self) -> str:
        """Digest of all that the prompts are made from."""
        digest = hashlib.sha256()
        for folder in (self.generator, self.repository / "sounds"):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not self._is_made(path):
                    digest.update(f"{path.relative_to(self.repository)}\0".encode())
                    digest.update(path.read_bytes())
        return digest.hexdigest()

    def do(self, note: Note) -> None:
        note("speaking them")
        try:
            run([self.repository / ".venv/bin/python", "-m", "ari_app.sounds"], cwd=self.repository)
        except CommandFailed as error:
            raise explain(error) from error
        self.generated.mkdir(parents=True, exist_ok=True)
        (self.generated / STAMP).write_text(self.wanted())

    def _is_made(self, path: Path) -> bool:
        return "__pycache__" in path.parts or self.generated in path.parents
