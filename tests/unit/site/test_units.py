"""A site whose programs systemd started."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ari_app.site.layout import Site
from ari_app.site.units import main_pid, watchdog_unit

UNIT = "hotline-watchdog.service"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.create(tmp_path / "site")


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `systemctl` is in PATH; the test writes it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder / "systemctl"


def says(systemctl: Path, pid: int) -> None:
    systemctl.write_text(f"#!/bin/sh\necho {pid}\n")
    systemctl.chmod(0o755)


@pytest.fixture
def watchdog(site: Site, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process with the environment of one."""
    environment = {
        "HOTLINE_AMI_PORT": str(site.ports.ami),
        "HOTLINE_WATCHDOG_HEALTH": str(tmp_path / "watchdog.json"),
    }
    waits = (sys.executable, "-c", "import sys; print(); sys.stdout.flush(); sys.stdin.read()")
    with subprocess.Popen(
        waits, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_unit_that_runs_has_a_process(systemctl: Path) -> None:
    says(systemctl, 4711)

    assert main_pid(UNIT) == 4711


def test_a_unit_that_does_not_run_has_none(systemctl: Path) -> None:
    says(systemctl, 0)

    assert main_pid(UNIT) is None


def test_a_machine_without_systemd_has_no_units(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main_pid(UNIT) is None


def test_a_watchdog_says_where_it_writes_how_it_is(
    site: Site, systemctl: Path, watchdog: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    says(systemctl, watchdog.pid)

    unit = watchdog_unit(site)

    assert unit is not None
    assert unit.health_file == tmp_path / "watchdog.json"


def test_a_watchdog_of_another_site_is_not_ours(
    systemctl: Path, watchdog: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    says(systemctl, watchdog.pid)

    assert watchdog_unit(Site.create(tmp_path / "another")) is None
