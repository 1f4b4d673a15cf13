from pathlib import Path

import pytest

from ari_app.sounds.usage import check_names, played_by_dialplan
from tests.unit.sounds.speakers import a_manifest


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (" same = n,Playback(hotline/welcome)", {"welcome"}),
        (" same = n,BackGround(hotline/a-b&hotline/c,n)", {"a-b", "c"}),
        ("; Playback(hotline/old)", set()),
        (" same = n,Goto(x) ; then hotline/old", set()),
        (" same = n,AGI(agi://127.0.0.1/hotline/x)", set()),
        (" same = n,Playback(tt-monkeys)", set()),
    ],
)
def test_the_prompts_a_dialplan_line_plays(line: str, names: set[str]) -> None:
    assert played_by_dialplan(line) == names


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in {
        "dialplan/inbound.conf": " same = n,Playback(hotline/welcome)\n",
        "dialplan/flows/main.toml": 'prompts = ["goodbye"]\n',
        "sounds/recorded/zh/README.md": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def found(repository: Path) -> list[tuple[str, bool]]:
    return [(each.path, each.is_error) for each in check_names(a_manifest(), repository)]


def test_prompts_that_are_played_are_in_order(repository: Path) -> None:
    assert found(repository) == []


def test_a_prompt_nobody_plays_is_a_note(repository: Path) -> None:
    (repository / "dialplan/flows/main.toml").unlink()

    assert found(repository) == [("goodbye", False)]


def test_a_name_the_manifest_does_not_have_is_an_error(repository: Path) -> None:
    (repository / "dialplan/more.conf").write_text(" same = n,Playback(hotline/welcom)\n")

    assert found(repository) == [("welcom", True)]


@pytest.mark.parametrize("name", ["zh/welcom.wav", "zh/welcome.aiff", "welcome.wav.bak"])
def test_a_recording_that_will_never_be_played_is_an_error(repository: Path, name: str) -> None:
    (repository / "sounds/recorded" / name).write_bytes(b"")

    assert [is_error for _, is_error in found(repository)] == [True]
