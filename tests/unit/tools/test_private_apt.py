from pathlib import Path

import pytest

from tools.setup.asterisk import check_room
from tools.setup.private_apt import Archive, parse_plan
from tools.setup.trouble import SetupFailed

PRINTED = """\
Reading package lists...
'http://m.example/a/asterisk_22.10.1%7edfsg-1_amd64.deb' asterisk_1%3a22.10.1~dfsg-1_amd64.deb 2049 SHA256:ab
'http://m.example/z/zlib1g_1.3_amd64.deb' zlib1g_1%3a1.3_amd64.deb 91 MD5Sum:cd
"""  # noqa: E501


def test_the_plan_names_files_and_sizes() -> None:
    assert parse_plan(PRINTED) == [
        Archive("asterisk_1%3a22.10.1~dfsg-1_amd64.deb", 2049),
        Archive("zlib1g_1%3a1.3_amd64.deb", 91),
    ]


def test_a_file_name_tells_package_and_version() -> None:
    archive = parse_plan(PRINTED)[0]

    assert (archive.package, archive.version) == ("asterisk", "1:22.10.1~dfsg-1")


def test_too_little_room_is_told_before_anything_is_downloaded(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match=r"MB free, Asterisk needs .*HOTLINE_CACHE"):
        check_room(tmp_path, [Archive("huge_1_all.deb", 10**15)])
