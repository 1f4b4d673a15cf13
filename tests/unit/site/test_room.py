import shutil
from pathlib import Path

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.site import room


def test_a_disk_with_room_is_no_matter(tmp_path: Path) -> None:
    room.need_room(tmp_path, first=1, later=1)


def test_a_full_disk_is_one_line_that_says_what_next(tmp_path: Path) -> None:
    more = shutil.disk_usage(tmp_path).total // room.MIB + 1

    with pytest.raises(Unavailable) as refused:
        room.need_room(tmp_path, first=more)

    told = str(refused.value)
    assert told.startswith(f"the disk of {tmp_path} is full: ")
    assert f"{more} needed; free some space" in told


def test_a_site_that_has_its_database_needs_less(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    more = shutil.disk_usage(tmp_path).total // room.MIB + 1

    room.need_room(tmp_path, first=more, later=1)
