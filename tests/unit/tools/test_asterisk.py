import os
import subprocess
from pathlib import Path

import pytest

from ari_app.site.programs import private_asterisk
from tests.unit.tools.asterisk_tree import make_tree
from tools.setup.asterisk import PrivateAsterisk, build
from tools.setup.private_apt import Archive, PrivateApt
from tools.setup.trouble import SetupFailed, WrongSetting

OFFERED = "1:22.10.1+dfsg-1"


def package(folder: Path, version: str = "22.10.1") -> Path:
    """A real .deb that holds the pretended tree."""
    content = make_tree(folder / "content", version)
    control = content / "DEBIAN/control"
    control.parent.mkdir()
    control.write_text(
        "Package: asterisk\nVersion: 1:22.10.1\nArchitecture: all\n"
        "Maintainer: test <test@example.org>\nDescription: test\n"
    )
    archive = folder / "asterisk.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "--build", content, archive],
        check=True,
        capture_output=True,
    )
    return archive


def step(cache: Path, **env: str) -> PrivateAsterisk:
    """As on a machine that has no Asterisk of its own."""
    return PrivateAsterisk({"HOTLINE_CACHE": str(cache), "PATH": "/nonexistent", **env}, uid=1000)


@pytest.fixture
def asterisk(tmp_path: Path) -> PrivateAsterisk:
    brought = step(tmp_path / "cache")
    brought.home.mkdir(parents=True)
    return brought


def test_packages_become_an_asterisk_that_can_be_found(
    asterisk: PrivateAsterisk, tmp_path: Path
) -> None:
    asterisk._install([package(tmp_path)], OFFERED)

    found = private_asterisk(asterisk.cache)
    assert found is not None
    assert found.version == "22.10.1"
    assert (found.datadir / "sounds/en/beep.wav").is_file()
    assert sorted(os.listdir(asterisk.home)) == ["22.10.1", "current"]


def test_a_crash_half_way_leaves_no_asterisk_and_the_next_run_cleans_up(
    asterisk: PrivateAsterisk, tmp_path: Path
) -> None:
    make_tree(asterisk.home / ".new-crashed/tree")
    assert private_asterisk(asterisk.cache) is None

    asterisk._install([package(tmp_path)], OFFERED)

    assert sorted(os.listdir(asterisk.home)) == ["22.10.1", "current"]


def test_a_folder_that_is_not_whole_is_replaced(asterisk: PrivateAsterisk, tmp_path: Path) -> None:
    (asterisk.home / "22.10.1/tree").mkdir(parents=True)

    asterisk._install([package(tmp_path)], OFFERED)

    assert private_asterisk(asterisk.cache) is not None


def test_an_asterisk_that_does_not_start_replaces_nothing(
    asterisk: PrivateAsterisk, tmp_path: Path
) -> None:
    with pytest.raises(SetupFailed, match=r"says 'Asterisk 20\.1\.0"):
        asterisk._install([package(tmp_path, version="20.1.0")], OFFERED)

    assert os.listdir(asterisk.home) == []


def test_an_asterisk_without_core_sounds_is_refused(tmp_path: Path) -> None:
    archive = package(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "content/usr/share/asterisk/sounds/en_US_f_Allison/beep.wav").unlink()
    subprocess.run(
        ["dpkg-deb", "-b", tmp_path / "content", archive], check=True, capture_output=True
    )

    with pytest.raises(SetupFailed, match="no core sounds"):
        build(home, [archive], OFFERED)


def test_a_mirror_with_an_old_asterisk_is_refused_before_the_download(
    asterisk: PrivateAsterisk, tmp_path: Path
) -> None:
    class OldMirror(PrivateApt):
        def plan(self, packages: object) -> list[Archive]:
            return [Archive("asterisk_1%3a20.6.0-1_amd64.deb", 1)]

    with pytest.raises(SetupFailed, match=r"needed is 22.10.1 or newer: set HOTLINE_DEBIAN_MIRROR"):
        asterisk._plan(OldMirror(tmp_path, "http://mirror.example/debian", tmp_path))


def test_a_machine_without_debians_keys_is_told_what_to_install(tmp_path: Path) -> None:
    brought = PrivateAsterisk({"HOTLINE_CACHE": str(tmp_path)}, 1000, keyring=tmp_path / "none")

    with pytest.raises(SetupFailed, match="install the package debian-archive-keyring"):
        brought.do(lambda _: None)


def test_a_wrong_asterisk_setting_is_refused_with_exit_2(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="HOTLINE_ASTERISK") as caught:
        step(tmp_path, HOTLINE_ASTERISK="/nonexistent/asterisk").is_done()

    assert caught.value.exit_code == 2
