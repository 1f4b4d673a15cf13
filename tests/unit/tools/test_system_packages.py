import subprocess
import sys
from pathlib import Path

import pytest

from tools.setup.commands import become_root, run
from tools.setup.system_packages import SystemPackages
from tools.setup.trouble import CommandFailed, SetupFailed

ROOT = Path(__file__).parents[3]


def test_only_packages_whose_programs_are_missing_are_installed() -> None:
    packages = SystemPackages({"sox": lambda: True, "redis-server": lambda: False})

    assert packages.missing() == ["redis-server"]
    assert not packages.is_done()


def test_a_machine_without_apt_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(SetupFailed, match="install what Debian calls sox by hand"):
        SystemPackages({"sox": lambda: False}).do(lambda _: None)


def test_without_root_and_sudo_the_missing_packages_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(SetupFailed, match=r"neither root nor sudo.*sox: install them as root"):
        become_root("sox")


def test_a_failed_program_is_reported_with_all_it_printed() -> None:
    with pytest.raises(CommandFailed) as caught:
        run(["sh", "-c", "echo out; echo err >&2; exit 3"])

    assert caught.value.output == "out\nerr\n"


def test_set_up_runs_with_the_standard_library_alone() -> None:
    result = subprocess.run(
        [sys.executable, "-S", "-m", "tools.setup", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr
