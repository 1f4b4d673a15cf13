from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.domain.errors import NotFound
from ari_app.sounds.publish import publish_all, publish_one
from ari_app.sounds.takes import Take, Takes

FILES = {".alaw": b"\xd5" * 8, ".sln16": b"1" * 32}


def a_take(by: str = "agent 1") -> Take:
    at = datetime(2026, 11, 27, tzinfo=UTC)
    return Take("welcome", "zh", 0, by, at, "phone", seconds=1.5, level=-20.0)


def test_the_last_take_is_in_force_and_the_ones_before_are_kept(tmp_path: Path) -> None:
    takes = Takes(tmp_path)

    first, second = takes.keep(a_take("a"), FILES), takes.keep(a_take("b"), FILES)

    assert (first.number, second.number) == (1, 2)
    assert takes.in_force("welcome", "zh") == second
    assert takes.all_in_force() == [second]
    assert takes.undo("welcome", "zh") == first
    assert takes.files(second) == FILES


def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    takes = Takes(tmp_path)
    takes.keep(a_take(), FILES)
    takes.undo("welcome", "zh")

    assert takes.keep(a_take(), FILES).number == 2
    assert takes.undo("welcome", "zh") is None
    with pytest.raises(NotFound):
        takes.undo("welcome", "zh")


def test_half_a_take_does_not_count(tmp_path: Path) -> None:
    takes = Takes(tmp_path)
    first = takes.keep(a_take(), FILES)
    (tmp_path / "zh/welcome/0002.alaw").write_bytes(b"")
    (tmp_path / "zh/welcome/0003.json").write_bytes(b"{")

    assert takes.in_force("welcome", "zh") == first


@pytest.mark.parametrize(("name", "language"), [("../x", "zh"), ("welcome", "../zh"), ("", "en")])
def test_names_are_no_paths(tmp_path: Path, name: str, language: str) -> None:
    with pytest.raises(NotFound):
        Takes(tmp_path).in_force(name, language)


def test_a_take_wins_over_what_was_generated(tmp_path: Path) -> None:
    generated, sounds, takes = tmp_path / "generated", tmp_path / "sounds", Takes(tmp_path / "t")
    for name in ("welcome", "goodbye"):
        (generated / "zh").mkdir(parents=True, exist_ok=True)
        (generated / "zh" / f"{name}.alaw").write_bytes(b"\x55")
    takes.keep(a_take(), FILES)

    assert publish_all(generated, sounds, takes) == ["zh/goodbye", "zh/welcome"]
    assert (sounds / "zh/hotline/welcome.sln").stat().st_size == 16
    assert publish_all(generated, sounds, takes) == []


def test_who_hears_the_old_one_hears_it_to_the_end(tmp_path: Path) -> None:
    publish_one({".alaw": b"\x55" * 4}, tmp_path, "zh", "welcome")

    with (tmp_path / "zh/hotline/welcome.sln").open("rb") as playing:
        assert publish_one(FILES, tmp_path, "zh", "welcome")
        assert len(playing.read()) == 8
