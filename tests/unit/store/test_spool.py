from pathlib import Path
from uuid import UUID

import pytest

from ari_app.domain import facts as f
from ari_app.store.spool import Spool
from tests.integration.store.story import Story


def events(count: int) -> list[f.Fact]:
    story = Story()
    return [story.happened(f.EventType.ENTERED_NODE, at) for at in range(count)]


def lines(facts: list[f.Fact]) -> list[bytes]:
    return [f.encode(fact) for fact in facts]


def left_behind(folder: Path, facts: list[f.Fact]) -> Path:
    """The file of a process that is gone."""
    spool = Spool(folder)
    spool.append(lines(facts))
    spool.close()
    return max(folder.glob("*.spool"))


def all_of(spool: Spool, batch: int = 2) -> list[f.Fact]:
    found: list[f.Fact] = []
    while (taken := spool.next(batch)) is not None:
        found += taken.facts
        spool.done(taken)
    return found


def opened(folder: Path) -> Spool:
    spool = Spool(folder)
    spool.open()
    return spool


def test_facts_come_back_in_order_and_the_file_goes(tmp_path: Path) -> None:
    facts = events(5)
    spool = opened(tmp_path)

    spool.append(lines(facts[:3]))
    spool.append(lines(facts[3:]))

    assert spool.waiting == 5
    assert all_of(spool) == facts
    assert list(tmp_path.iterdir()) == []


def test_a_batch_is_the_same_until_it_is_done(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    spool.append(lines(events(3)))

    assert spool.next(2) is spool.next(2)
    assert spool.waiting == 3
    spool.close()


def test_older_files_come_first(tmp_path: Path) -> None:
    older, newer, own = events(2), events(2), events(2)
    left_behind(tmp_path, older)
    left_behind(tmp_path, newer)
    spool = opened(tmp_path)

    spool.append(lines(own))

    assert all_of(spool) == older + newer + own


def test_a_living_process_keeps_its_file(tmp_path: Path) -> None:
    living = opened(tmp_path)
    living.append(lines(events(2)))

    other = opened(tmp_path)

    assert all_of(other) == []
    assert len(all_of(living)) == 2


def test_lines_known_to_postgres_are_skipped(tmp_path: Path) -> None:
    facts = events(5)
    path = left_behind(tmp_path, facts)
    spool = opened(tmp_path)

    spool.skip({UUID(path.stem.partition("_")[2]): 3})

    assert all_of(spool) == facts[3:]


@pytest.mark.parametrize("torn", range(1, 60, 7))
def test_a_torn_last_line_is_set_aside(tmp_path: Path, torn: int) -> None:
    facts = events(3)
    path = left_behind(tmp_path, facts)
    path.write_bytes(path.read_bytes()[:-torn])

    # Only the line break is missing when a single byte is: that line is whole.
    assert all_of(opened(tmp_path)) == (facts if torn == 1 else facts[:2])


def test_an_altered_line_is_kept_for_people_and_the_rest_goes_on(tmp_path: Path) -> None:
    facts = events(3)
    path = left_behind(tmp_path, facts)
    good = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(good[0] + good[1].replace(b"entered", b"entErEd") + good[2])

    assert all_of(opened(tmp_path)) == [facts[0], facts[2]]
    assert b"entErEd" in path.with_suffix(".damaged").read_bytes()


def test_a_file_of_garbage_ends_beside_the_spool(tmp_path: Path) -> None:
    (tmp_path / f"1_{UUID(int=1)}.spool").write_bytes(b"\0\xff\n{}\n")

    assert all_of(opened(tmp_path)) == []
    assert [path.suffix for path in tmp_path.iterdir()] == [".damaged"]


def test_text_that_is_not_unicode_is_kept_for_people(tmp_path: Path) -> None:
    odd = Story().happened(f.EventType.JOINED, text="\ud800")
    facts = events(1)
    spool = opened(tmp_path)

    spool.append(lines([odd, *facts]))

    assert all_of(spool) == facts
    assert len(list(tmp_path.glob("*.damaged"))) == 1


def test_a_failed_append_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = events(2)
    spool = opened(tmp_path)
    spool.append(lines(facts[:1]))

    monkeypatch.setattr("os.fsync", _disk_is_full)
    with pytest.raises(OSError, match="full"):
        spool.append(lines(events(3)))
    monkeypatch.undo()
    spool.append(lines(facts[1:]))

    assert all_of(spool) == facts


def _disk_is_full(_: int) -> None:
    raise OSError("full")
