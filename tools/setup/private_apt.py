"""apt-get on lists, state and cache of its own: Debian's sid suite without touching the machine.

apt verifies signatures and hashes as always; the key ring is the machine's.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.setup.commands import run

HOST_SETTINGS = Path("/etc/apt/apt.conf")
SUITE = "sid"

# Read after the machine's own settings, so that a proxy set there holds and all else is ours.
# No hook of the machine runs. An empty status file makes apt count the whole closure as missing.
MAIN_CONF = """\
{include}#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Default-Release;
APT::Update::Error-Mode "any";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "{folder}/empty";
Dir::Etc::preferences "{folder}/none";
Dir::Etc::preferencesparts "{folder}/empty";
Dir::State "{folder}/state";
Dir::State::Lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Cache::archives "{folder}/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
"""


@dataclass(frozen=True, slots=True)
class Archive:
    """One package file: its name on disk and its size in bytes."""

    file_name: str
    size: int

    @property
    def package(self) -> str:
        return self.file_name.split("_", 1)[0]

    @property
    def version(self) -> str:
        return self.file_name.split("_", 2)[1].replace("%3a", ":")


def parse_plan(text: str) -> list[Archive]:
    """Lines of `--print-uris`: 'address' file-name size hash."""
    found = re.findall(r"^'[^']*' (\S+\.deb) (\d+)", text, re.MULTILINE)
    return [Archive(name, int(size)) for name, size in found]


class PrivateApt:
    """Everything lies in one folder; a half-finished download there is resumed by apt itself."""

    def __init__(self, folder: Path, mirror: str, keyring: Path) -> None:
        self.folder = folder
        self.archives = folder / "archives"
        self.mirror = mirror
        self.keyring = keyring

    def update(self) -> None:
        """Fetches the suite's package list; raises CommandFailed."""
        for name in (
            "empty",
            "state",
            "lists/partial",
            "cache",
            "archives/partial",
            "plan/partial",
        ):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        source = f"deb [signed-by={self.keyring}] {self.mirror} {SUITE} main\n"
        include = f'#include "{HOST_SETTINGS}"\n' if HOST_SETTINGS.is_file() else ""
        self._write("sources.list", source)
        self._write("status", "")
        self._write("main.conf", MAIN_CONF.format(include=include, folder=self.folder))
        self._write("apt.conf", f'Dir::Etc::main "{self.folder}/main.conf";\n')
        self._apt("update")

    def plan(self, packages: Sequence[str]) -> list[Archive]:
        """The packages with all they need, whether downloaded already or not."""
        nothing_yet = f"Dir::Cache::archives={self.folder / 'plan'}"
        return parse_plan(self._apt("-o", nothing_yet, "install", "--print-uris", *packages))

    def plan_alone(self, packages: Sequence[str]) -> list[Archive]:
        """Just these packages, by name, without what they depend on."""
        folder = self.folder / "plan"
        return parse_plan(self._apt("download", "--print-uris", *packages, cwd=folder))

    def download(self, packages: Sequence[str]) -> None:
        """The packages with all they need, into `archives`."""
        self._apt("install", "--download-only", *packages)

    def download_alone(self, packages: Sequence[str]) -> None:
        """Just these packages, into `archives`."""
        self._apt("download", *packages, cwd=self.archives)

    def _apt(self, *arguments: str, cwd: Path | None = None) -> str:
        settings = {"APT_CONFIG": str(self.folder / "apt.conf")}
        return run(["apt-get", "-q", "-y", *arguments], cwd=cwd, env=settings)

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        os.chmod(path, 0o644)
