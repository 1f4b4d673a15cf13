import json
from pathlib import Path

import pytest

from ari_app.domain.errors import BadSettings
from ari_app.site.programs import find_asterisk, find_postgres, find_redis, parse_version


def an_asterisk(path: Path, version: str) -> Path:
    """A program that only knows its version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho Asterisk {version}\n")
    path.chmod(0o755)
    return path


def the_machines_folders(root: Path) -> None:
    (root / "usr/lib/x86_64-linux-gnu/asterisk/modules").mkdir(parents=True)
    (root / "usr/lib/x86_64-linux-gnu/asterisk/modules/res_pjsip.so").touch()
    (root / "usr/share/asterisk/sounds").mkdir(parents=True)


def a_private_asterisk(cache: Path, version: str = "22.10.1") -> Path:
    home = cache / "asterisk" / version
    program = an_asterisk(home / "bin/asterisk", version)
    layout = {
        "version": version, "program": "bin/asterisk", "moddir": "tree/m", "datadir": "tree/d"
    }  # fmt: skip
    (home / "layout.json").write_text(json.dumps(layout))
    (cache / "asterisk/current").symlink_to(version)
    return program


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", (22, 10, 1)),
        ("Asterisk 23.0.0", (23, 0, 0)),
        ("Asterisk certified/22.8-cert1", (22, 8)),
        ("Asterisk GIT-22-abcdef", ()),
        ("", ()),
    ],
)
def test_versions_are_read_from_what_asterisk_prints(text: str, version: tuple[int, ...]) -> None:
    assert parse_version(text) == version


def test_an_asterisk_in_path_is_used_with_the_machines_folders(tmp_path: Path) -> None:
    the_machines_folders(tmp_path)
    program = an_asterisk(tmp_path / "bin/asterisk", "22.10.2")

    found = find_asterisk({"PATH": str(program.parent)}, root=tmp_path)

    assert (found.path, found.version) == (program, "22.10.2")
    assert found.moddir == tmp_path / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    assert found.datadir == tmp_path / "usr/share/asterisk"


def test_folders_named_in_asterisk_conf_win(tmp_path: Path) -> None:
    the_machines_folders(tmp_path)
    (tmp_path / "own").mkdir()
    (tmp_path / "own/res_pjsip.so").touch()
    (tmp_path / "etc/asterisk").mkdir(parents=True)
    (tmp_path / "etc/asterisk/asterisk.conf").write_text(
        f"[directories](!)\nastmoddir => {tmp_path}/own ; ours\n;astdatadir => /none\n"
    )
    program = an_asterisk(tmp_path / "bin/asterisk", "22.10.1")

    found = find_asterisk({"HOTLINE_ASTERISK": str(program)}, root=tmp_path)

    assert found.moddir == tmp_path / "own"
    assert found.datadir == tmp_path / "usr/share/asterisk"


def test_an_old_asterisk_in_path_gives_way_to_the_private_one(tmp_path: Path) -> None:
    old = an_asterisk(tmp_path / "bin/asterisk", "20.6.0")
    private = a_private_asterisk(tmp_path / "cache")

    found = find_asterisk({"PATH": str(old.parent), "HOTLINE_CACHE": str(tmp_path / "cache")})

    assert found.path == private
    assert found.moddir == private.parents[1] / "tree/m"


def test_the_private_asterisk_may_be_named_by_its_program(tmp_path: Path) -> None:
    program = a_private_asterisk(tmp_path)

    assert find_asterisk({"HOTLINE_ASTERISK": str(program)}).datadir.name == "d"


@pytest.mark.parametrize("version", ["22.10.0", "22.9.3", "20.16.0", "certified/22.8-cert1"])
def test_a_named_asterisk_that_is_too_old_is_refused(tmp_path: Path, version: str) -> None:
    program = an_asterisk(tmp_path / "asterisk", version)

    with pytest.raises(BadSettings, match=r"needed is 22\.10\.1 or newer: set HOTLINE_ASTERISK"):
        find_asterisk({"HOTLINE_ASTERISK": str(program)})


def test_a_named_asterisk_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="not an Asterisk that starts"):
        find_asterisk({"HOTLINE_ASTERISK": str(tmp_path / "none")})


def test_without_any_asterisk_the_error_says_what_to_do_and_why_others_were_refused(
    tmp_path: Path,
) -> None:
    old = an_asterisk(tmp_path / "bin/asterisk", "20.6.0")

    with pytest.raises(BadSettings, match="make setup") as caught:
        find_asterisk({"PATH": str(old.parent), "HOTLINE_CACHE": str(tmp_path)})

    assert ["20.6.0" in problem for problem in caught.value.problems] == [True, False]


def test_a_half_written_layout_counts_as_nothing(tmp_path: Path) -> None:
    program = a_private_asterisk(tmp_path)
    (program.parents[1] / "layout.json").write_text('{"version": "22')

    with pytest.raises(BadSettings):
        find_asterisk({"PATH": "/nonexistent", "HOTLINE_CACHE": str(tmp_path)})


def test_the_newest_postgresql_is_used(tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        (tmp_path / f"usr/lib/postgresql/{version}/bin").mkdir(parents=True)
        (tmp_path / f"usr/lib/postgresql/{version}/bin/initdb").touch()

    assert find_postgres(tmp_path) == tmp_path / "usr/lib/postgresql/17/bin"


def test_an_old_postgresql_is_refused(tmp_path: Path) -> None:
    (tmp_path / "usr/lib/postgresql/13/bin").mkdir(parents=True)
    (tmp_path / "usr/lib/postgresql/13/bin/initdb").touch()

    with pytest.raises(BadSettings, match="no PostgreSQL 14 or newer: run `make setup`"):
        find_postgres(tmp_path)


def test_redis_comes_from_path(tmp_path: Path) -> None:
    program = an_asterisk(tmp_path / "redis-server", "7")

    assert find_redis({"PATH": str(tmp_path)}) == program


def test_without_redis_the_error_says_what_to_do() -> None:
    with pytest.raises(BadSettings, match="no redis-server: run `make setup`"):
        find_redis({"PATH": "/nonexistent"})
