from pathlib import Path

import pytest

from ari_app.site.cache import cache_folder, cache_folders

SHARED = Path("/var/cache/hotline")


@pytest.mark.parametrize(
    ("env", "uid", "folder"),
    [
        ({"HOTLINE_CACHE": "/c", "XDG_CACHE_HOME": "/x"}, 0, "/c"),
        ({"XDG_CACHE_HOME": "/x"}, 0, "/var/cache/hotline"),
        ({"XDG_CACHE_HOME": "/x"}, 1000, "/x/hotline"),
        ({"HOTLINE_CACHE": "", "XDG_CACHE_HOME": "/x"}, 1000, "/x/hotline"),
    ],
)
def test_the_setting_names_the_cache_then_root_or_the_user(
    env: dict[str, str], uid: int, folder: str
) -> None:
    assert cache_folder(env, uid) == Path(folder)


def test_without_any_setting_the_cache_is_in_the_home_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/operator")

    assert cache_folder({}, 1000) == Path("/home/operator/.cache/hotline")


def test_a_user_also_finds_what_root_fetched() -> None:
    assert cache_folders({"XDG_CACHE_HOME": "/x"}, 1000) == (Path("/x/hotline"), SHARED)


def test_a_named_cache_is_the_only_one() -> None:
    assert cache_folders({"HOTLINE_CACHE": "/c"}, 1000) == (Path("/c"),)
