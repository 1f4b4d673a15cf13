from pathlib import Path

from ari_app.commands.checks.prompts import check_dialplan_prompts, check_files, load_manifest
from ari_app.domain.speech.manifest import Manifest, read_manifest

TEXT = """
[voices.zh]
engine = "e"
voices = ["v"]
speed = 1
pitch = 1
[voices.en]
engine = "e"
voices = ["v"]
speed = 1
pitch = 1
[silence]
prompts = [1, 1]
words = [1, 1]
[prompts.welcome]
zh = "您好"
en = "Hello"
[tones]
beep = { hertz = 1000, seconds = 0.25 }
"""


def manifest() -> Manifest:
    return read_manifest(TEXT)


def test_a_manifest_that_cannot_be_used_says_each_problem(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(TEXT.replace('en = "Hello"', "").replace("[tones]", "[tone]"))

    read, found = load_manifest(path)

    assert read is None
    assert len(found) == 2
    assert all(each.file == str(path) for each in found)


def test_a_prompt_the_dialplan_plays_must_be_in_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text(
        "; hotline/in-a-comment\n same = n,Playback(hotline/welcome&hotline/wellcome)\n"
    )

    (found,) = check_dialplan_prompts(tmp_path, manifest())

    assert (found.file, found.place) == (str(tmp_path / "a.conf"), "line 2")
    assert "'wellcome'" in found.what
    assert "make sounds" in found.cure


def test_missing_files_are_counted_per_folder(tmp_path: Path) -> None:
    for name in ("zh/welcome", "tones/beep"):
        path = tmp_path / f"{name}.alaw"
        path.parent.mkdir()
        path.touch()

    (found,) = check_files(tmp_path, manifest())

    assert found.file == str(tmp_path / "en")
    assert found.what == "1 of 1 files are missing: welcome"


def test_prompts_that_were_never_made_are_one_finding(tmp_path: Path) -> None:
    (found,) = check_files(tmp_path / "generated", manifest())

    assert "make sounds" in found.cure
