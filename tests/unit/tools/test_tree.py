import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.tools.asterisk_tree import make_tree
from tools.setup import tree
from tools.setup.trouble import SetupFailed


def test_the_wrapper_starts_the_program_through_the_trees_own_loader(tmp_path: Path) -> None:
    make_tree(tmp_path / "tree")

    wrapper = tree.write_wrapper(tmp_path)
    said = subprocess.run([wrapper, "-V"], capture_output=True, text=True, check=True).stdout

    assert said == "Asterisk 22.10.1+dfsg, called with -V\n"


def test_the_wrapper_works_through_a_link_and_after_a_move(tmp_path: Path) -> None:
    make_tree(tmp_path / "old/tree")
    tree.write_wrapper(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new place")
    (tmp_path / "asterisk").symlink_to("new place/bin/asterisk")

    result = subprocess.run([tmp_path / "asterisk", "-V"], capture_output=True, check=False)

    assert result.returncode == 0


def test_the_wrapper_takes_loader_and_library_folder_from_the_tree(tmp_path: Path) -> None:
    folder = tmp_path / "usr/lib/aarch64-linux-gnu"
    folder.mkdir(parents=True)
    (folder / "ld-linux-aarch64.so.1").touch()

    text = tree.wrapper_text(tmp_path)

    assert '"$tree/usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1"' in text
    assert '--library-path "$tree/usr/lib/aarch64-linux-gnu:$tree/usr/lib"' in text


def test_libraries_beside_the_machines_own_folder_are_found_too(tmp_path: Path) -> None:
    make_tree(tmp_path)  # libpri lies in usr/lib itself

    assert ':$tree/usr/lib"' in tree.wrapper_text(tmp_path)


def test_a_tree_without_loader_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match="no loader"):
        tree.wrapper_text(tmp_path)


def test_sound_languages_get_the_links_that_package_scripts_would_make(tmp_path: Path) -> None:
    make_tree(tmp_path)

    tree.link_sound_languages(tmp_path)

    assert (tmp_path / "usr/share/asterisk/sounds/en/beep.wav").is_file()


def test_a_tidied_tree_is_readable_by_all_and_holds_no_set_user_id_program(tmp_path: Path) -> None:
    make_tree(tmp_path)
    program, secret = tmp_path / "usr/bin/passwd", tmp_path / "etc/asterisk/manager.conf"
    for path, mode in ((program, 0o4755), (secret, 0o640)):
        path.parent.mkdir(parents=True)
        path.touch()
        path.chmod(mode)
    secret.parent.chmod(0o700)

    tree.tidy(tmp_path)

    modes = [oct(path.stat().st_mode & 0o7777) for path in (program, secret, secret.parent)]
    assert modes == ["0o755", "0o644", "0o755"]


def test_a_tidied_tree_has_no_manuals_and_no_links_that_lead_out(tmp_path: Path) -> None:
    make_tree(tmp_path)
    (tmp_path / "usr/share/man/man8").mkdir(parents=True)
    (tmp_path / "usr/share/asterisk/out").symlink_to("/var/lib/asterisk")
    (tmp_path / "usr/share/asterisk/inside").symlink_to("sounds")

    tree.tidy(tmp_path)

    assert sorted(os.listdir(tmp_path / "usr/share")) == ["asterisk"]
    assert sorted(os.listdir(tmp_path / "usr/share/asterisk")) == ["inside", "sounds"]


@pytest.mark.parametrize(
    ("package_version", "version"),
    [
        ("1:22.10.1~dfsg+~cs6.16.60671434-1", "22.10.1"),
        ("1:22.10.1+dfsg+~cs6.17-1", "22.10.1"),
        ("23.0.0-2", "23.0.0"),
    ],
)
def test_folders_are_named_after_asterisks_own_version(package_version: str, version: str) -> None:
    assert tree.folder_version(package_version) == version
