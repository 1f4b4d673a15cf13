"""As the user we are: what it cannot open is what is not there or no Python."""

import os
from pathlib import Path

import pytest

from ari_app.site.reach import hand_over, obstacle
from ari_app.site.users import ServiceUser

US = ServiceUser("us", os.geteuid(), os.getegid())
NOBODY = ServiceUser("nobody", 65534, 65534)
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


@root_only
def test_who_can_read_everything_has_no_obstacle() -> None:
    assert obstacle(US) == ""


@root_only
def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "flows"

    assert str(missing) in obstacle(US, [missing])


@root_only
def test_a_closed_folder_is_an_obstacle_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)

    assert "Permission denied" in obstacle(NOBODY, [tmp_path])


@root_only
def test_a_folder_is_handed_over_whole_and_links_are_not_followed(tmp_path: Path) -> None:
    folder, other = tmp_path / "recordings", tmp_path / "other"
    (folder / "archive").mkdir(parents=True)
    other.write_text("not theirs")
    (folder / "archive" / "link").symlink_to(other)

    hand_over(folder, NOBODY)

    assert {path.lstat().st_uid for path in (folder, *folder.rglob("*"))} == {NOBODY.uid}
    assert other.stat().st_uid == 0
