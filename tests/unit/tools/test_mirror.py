import shutil
from pathlib import Path

import pytest

from tools.setup.mirror import debian_mirror, package_sources, pick_mirror
from tools.setup.trouble import SetupFailed, WrongSetting

needs_apt = pytest.mark.skipif(not shutil.which("apt-get"), reason="apt reads its own formats")

DEB822 = """\
Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
"""
ONE_LINE = """\
deb http://stranger.example/tools stable main
deb [arch=amd64] https://mirror.example/debian bookworm main contrib
"""


def sources(folder: Path, name: str, text: str) -> list[str]:
    """What apt says about a machine with just this source file; no list was ever fetched."""
    parts = folder / "parts"
    parts.mkdir()
    (folder / "partial").mkdir()
    (parts / name).write_text(text)
    return package_sources(
        "-o", "Dir::Etc::sourcelist=/dev/null",
        "-o", f"Dir::Etc::sourceparts={parts}",
        "-o", f"Dir::State::Lists={folder}",
        "-o", "APT::Architecture=amd64",
    )  # fmt: skip


@needs_apt
def test_the_mirror_is_read_from_deb822_sources(tmp_path: Path) -> None:
    assert pick_mirror(sources(tmp_path, "a.sources", DEB822)) == "http://mirror.example/debian"


@needs_apt
def test_the_mirror_is_read_from_one_line_sources(tmp_path: Path) -> None:
    assert pick_mirror(sources(tmp_path, "a.list", ONE_LINE)) == "https://mirror.example/debian"


@needs_apt
def test_security_sources_alone_name_no_mirror(tmp_path: Path) -> None:
    text = "deb http://mirror.example/debian-security bookworm-security main\n"

    assert pick_mirror(sources(tmp_path, "a.list", text)) is None


def test_a_source_that_calls_itself_debian_wins_over_one_that_only_looks_like_it() -> None:
    lines = [
        "http://looks.example/debian $(ORIGIN) $(LABEL)",
        "http://strange.example/debian Stranger Stranger",
        "http://mirror.example/copy Debian Debian",
    ]

    assert pick_mirror(lines) == "http://mirror.example/copy"


def test_a_mirror_list_of_a_cloud_image_is_a_mirror() -> None:
    lines = [
        "mirror+file:/etc/apt/mirrors/debian-security.list $(ORIGIN) $(LABEL)",
        "mirror+file:/etc/apt/mirrors/debian.list $(ORIGIN) $(LABEL)",
    ]

    assert pick_mirror(lines) == "mirror+file:/etc/apt/mirrors/debian.list"


def test_sources_of_another_distribution_are_no_mirror() -> None:
    assert pick_mirror(["http://mirror.example/ubuntu Ubuntu Ubuntu"]) is None


def test_an_installation_disc_is_no_mirror() -> None:
    assert pick_mirror(["cdrom:[Debian 12]/debian Debian Debian"]) is None


def test_the_setting_overrides_what_apt_says() -> None:
    named = "http://other.example/debian"

    assert debian_mirror({"HOTLINE_DEBIAN_MIRROR": named}) == named


@pytest.mark.parametrize("value", ["mirror.example", "http://mirror.example/a b", "http://a\nb"])
def test_a_setting_that_is_no_address_is_refused_with_exit_2(value: str) -> None:
    with pytest.raises(WrongSetting, match="HOTLINE_DEBIAN_MIRROR") as caught:
        debian_mirror({"HOTLINE_DEBIAN_MIRROR": value})

    assert caught.value.exit_code == 2


def test_a_machine_without_apt_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(SetupFailed, match=r"set HOTLINE_ASTERISK .* or HOTLINE_DEBIAN_MIRROR"):
        debian_mirror({})
