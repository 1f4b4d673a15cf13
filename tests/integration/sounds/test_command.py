"""The command itself, with the engine and sox of this machine and a manifest of five prompts."""

import json
from pathlib import Path

import pytest

from ari_app.sounds.__main__ import main
from tests.unit.sounds.speakers import MANIFEST, SOUNDS

REAL = (
    MANIFEST.replace('"hum"', '"espeak-ng"')
    .replace('["zh"]', '["cmn", "cmn-latn-pinyin"]')
    .replace('["en"]', '["en-us"]')
)


@pytest.fixture
def sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds/manifest.toml").write_text(REAL)
    return tmp_path / "sounds"


def run(sounds: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, object]:
    code = main(["--sounds", str(sounds), "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_what_was_made_passes_the_check(sounds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, result = run(sounds, capsys)
    assert (code, isinstance(result, dict) and len(result["made"])) == (0, len(SOUNDS))

    code, found = run(sounds, capsys, "--check")
    assert code == 0
    assert isinstance(found, list)
    assert not [each for each in found if each["is_error"]]


def test_the_check_of_an_empty_folder_fails(
    sounds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = run(sounds, capsys, "--check")

    assert code == 1
    assert isinstance(found, list)
    assert "missing: .alaw and .sln16" in {each["problem"] for each in found}


def test_a_recording_that_cannot_be_read_fails_the_run(
    sounds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sounds / "recorded/en").mkdir(parents=True)
    (sounds / "recorded/en/welcome.mp3").write_bytes(b"?")

    code, result = run(sounds, capsys)

    assert code == 1
    assert isinstance(result, dict)
    assert list(result["failed"]) == ["en/welcome"]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('en = "Goodbye"', "", "goodbye: no text in en"),
        ('["cmn", "cmn-latn-pinyin"]', "[]", "no voice for zh"),
        ("espeak-ng", "sphinx", "no speech engine 'sphinx'"),
        ("[silence]", "[silence", "table declaration"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_explained(
    sounds: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, problem: str
) -> None:
    (sounds / "manifest.toml").write_text(REAL.replace(before, after))

    code, result = run(sounds, capsys)

    assert code == 2
    assert isinstance(result, dict)
    assert problem in " ".join(result["problems"])


def test_a_missing_manifest_is_explained(sounds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (sounds / "manifest.toml").unlink()

    assert run(sounds, capsys)[0] == 2
