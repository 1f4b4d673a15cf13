"""The cache holds nothing that nobody uses, and loses nothing that somebody might."""

import os
import shutil
import time
from pathlib import Path

import pytest

from ari_app.site.leftovers import note_origin, prune_sites, prune_sounds

DAY = 86_400.0
NOW = time.time()


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    folder = tmp_path / "sites"
    folder.mkdir()
    return folder


def stand_in(sites: Path, origin: Path | None, *, days: float, database: bool = True) -> Path:
    """As it is so many days after it was last used."""
    folder = sites / "0123456789ab"
    (folder / "run").mkdir(parents=True)
    if database:
        (folder / "postgres" / "data").mkdir(parents=True)
    if origin is not None:
        note_origin(folder, origin)
        grow_old(folder / "origin", days)
    grow_old(folder, days)
    return folder


def grow_old(path: Path, days: float) -> None:
    os.utime(path, (NOW - days * DAY,) * 2)


def test_a_site_whose_folder_is_gone_is_removed_after_a_week(sites: Path, tmp_path: Path) -> None:
    unused = stand_in(sites, tmp_path / "gone", days=8)

    assert prune_sites(sites, NOW) == [unused]
    assert not unused.exists()


def test_a_disk_that_is_away_for_some_days_costs_no_site(sites: Path, tmp_path: Path) -> None:
    stand_in(sites, tmp_path / "gone", days=6)

    assert prune_sites(sites, NOW) == []


def test_a_site_whose_folder_leads_to_it_is_kept_for_ever(sites: Path, tmp_path: Path) -> None:
    link = tmp_path / "site"
    link.symlink_to(stand_in(sites, link, days=1000))

    assert prune_sites(sites, NOW) == []


def test_a_folder_that_leads_elsewhere_now_does_not_count(sites: Path, tmp_path: Path) -> None:
    link = tmp_path / "site"
    link.symlink_to(tmp_path)
    unused = stand_in(sites, link, days=8)

    assert prune_sites(sites, NOW) == [unused]


def test_a_database_of_nobody_knows_whom_is_kept(sites: Path) -> None:
    stand_in(sites, None, days=1000)

    assert prune_sites(sites, NOW) == []


def test_a_site_that_never_had_a_database_holds_nothing_to_lose(sites: Path) -> None:
    unused = stand_in(sites, None, days=2, database=False)

    assert prune_sites(sites, NOW) == [unused]


def test_a_site_that_was_just_made_is_kept(sites: Path) -> None:
    stand_in(sites, None, days=0, database=False)

    assert prune_sites(sites, NOW) == []


@pytest.mark.parametrize("place", ["run/agi.pid", "postgres/data/postmaster.pid"])
def test_a_site_in_which_something_runs_is_kept(sites: Path, tmp_path: Path, place: str) -> None:
    folder = stand_in(sites, tmp_path / "gone", days=8)
    (folder / place).write_text(f"{os.getpid()}\n")

    assert prune_sites(sites, NOW) == []


def test_what_ran_once_does_not_keep_a_site(sites: Path, tmp_path: Path) -> None:
    folder = stand_in(sites, tmp_path / "gone", days=8)
    (folder / "run" / "agi.pid").write_text(f"{os.getpid()} 1\n")  # the id was given to another

    assert prune_sites(sites, NOW) == [folder]


def test_old_sounds_without_a_copy_are_removed(tmp_path: Path) -> None:
    cached, generated = tmp_path / "sounds" / "ab", tmp_path / "generated"
    cached.mkdir(parents=True)
    generated.mkdir()
    for name, days in (("used", 60), ("unused", 60), ("young", 6)):
        (cached / f"{name}.alaw").write_text(name)
        grow_old(cached / f"{name}.alaw", days)
    shutil.copy2(cached / "used.alaw", generated / "welcome.alaw")

    assert prune_sounds(tmp_path / "sounds", generated, NOW) == 1

    assert {path.name for path in cached.iterdir()} == {"used.alaw", "young.alaw"}


def test_an_empty_cache_is_no_trouble(tmp_path: Path) -> None:
    assert prune_sites(tmp_path / "none", NOW) == []
    assert prune_sounds(tmp_path / "none", tmp_path, NOW) == 0
