from pathlib import Path

import pytest

from tools.setup.prompts import STAMP, Prompts


@pytest.fixture
def prompts(tmp_path: Path) -> Prompts:
    """A clone whose prompts are up to date."""
    for name in ("ari_app/sounds/__main__.py", "sounds/manifest.toml", f"sounds/generated/{STAMP}"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("welcome")
    made = Prompts(tmp_path)
    (made.generated / STAMP).write_text(made.wanted())
    return made


def test_generated_prompts_are_not_generated_again(prompts: Prompts) -> None:
    (prompts.generated / "welcome.wav").write_bytes(b"RIFF")

    assert prompts.is_done()


def test_a_changed_text_is_spoken_again(prompts: Prompts) -> None:
    (prompts.repository / "sounds/manifest.toml").write_text("good day")

    assert not prompts.is_done()


def test_a_new_hand_recorded_file_counts_as_a_change(prompts: Prompts) -> None:
    (prompts.repository / "sounds/welcome.wav").write_bytes(b"RIFF")

    assert not prompts.is_done()
