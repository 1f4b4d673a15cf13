"""How long a storm lasts, and which profiles there are, before anything is asked of a database."""

from datetime import timedelta
from pathlib import Path

import pytest
import typer

from ari_app.commands.checks.storms import check_storms
from ari_app.commands.storm import _file, _length
from ari_app.commands.trouble import NotPossible
from ari_app.domain.storm import StormNames
from ari_app.site.layout import SOURCE


@pytest.mark.parametrize(
    ("text", "length"),
    [("30m", timedelta(minutes=30)), ("4H", timedelta(hours=4)), ("14d", timedelta(days=14))],
)
def test_a_length_is_minutes_hours_or_days(text: str, length: timedelta) -> None:
    assert _length(text) == length


@pytest.mark.parametrize("text", ["", "4", "0h", "15d", "4h30m", "-1h", "99999d"])
def test_any_other_length_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="30m, 4h, 2d"):
        _length(text)


@pytest.mark.parametrize("profile", ["no-such", "../flows/hotline", "", "typhoon.toml"])
def test_a_profile_that_is_none_names_those_there_are(profile: str) -> None:
    with pytest.raises(NotPossible) as refused:
        _file(SOURCE, profile)

    assert "typhoon" in refused.value.next_step


def test_what_is_wrong_with_profiles_is_found_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('flow = "no-such"')
    (tmp_path / "b.toml").write_bytes(b"\xb7\xe7")
    (tmp_path / "c.toml").write_text("flow = 7")

    found = [(one.file, one.what) for one in check_storms(tmp_path, StormNames())]

    assert [file for file, _ in found] == [f"dialplan/storms/{name}.toml" for name in "abc"]
    for part, (_, what) in zip(("no-such", "UTF-8", "flow"), found, strict=True):
        assert part in what
