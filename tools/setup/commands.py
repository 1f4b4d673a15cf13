"""Runs other programs: quietly, in plain English, and never killing apt half-way."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.setup.trouble import CommandFailed, SetupFailed

PATIENCE_SECONDS = 60  # dpkg must be allowed to finish the package it is at


def run(
    command: Sequence[str | Path], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """What the program printed on stdout; raises CommandFailed with all it printed."""
    plain = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "C", **(env or {})}
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=plain,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        try:
            out, err = process.communicate()
        except BaseException:
            _let_it_end(process)
            raise
    if process.returncode != 0:
        raise CommandFailed(Path(command[0]).name, out + err)
    return out


def _let_it_end(process: "subprocess.Popen[str]") -> None:
    """An interrupted set-up asks the program to stop and reads on, so that it can."""
    process.terminate()
    try:
        process.communicate(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


@dataclass(frozen=True)
class Root:
    """The right to change the machine: directly, or through sudo."""

    prefix: tuple[str, ...] = ()

    def run(self, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str:
        """As `run`; the variables are given through `env`, because sudo drops them."""
        variables = [f"{name}={value}" for name, value in (env or {}).items()]
        return run([*self.prefix, "env", "LC_ALL=C.UTF-8", *variables, *command])

    def write(self, path: Path, text: str, mode: int) -> None:
        script = (
            'umask 022 && mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1" && chmod "$3" "$1"'
        )
        self.run(["sh", "-c", script, "sh", path, text, f"{mode:o}"])

    def remove(self, path: Path) -> None:
        self.run(["rm", "-f", path])

    def remove_folder_if_empty(self, path: Path) -> None:
        self.run(["sh", "-c", 'rmdir "$1" 2>/dev/null || true', "sh", path])


def become_root(why: str) -> Root:
    """Root rights, asking for a password only where somebody can type it; raises SetupFailed."""
    if os.geteuid() == 0:
        return Root()
    if shutil.which("sudo"):
        quiet = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if quiet.returncode == 0:
            return Root(("sudo", "-n"))
        if sys.stdin.isatty():
            return Root(("sudo",))
    raise SetupFailed(
        f"neither root nor sudo, but these packages are missing: {why}",
        "install them as root, then run it again",
    )
