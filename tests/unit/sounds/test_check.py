from pathlib import Path

import pytest

from ari_app.domain.speech.manifest import Kind, Prompt
from ari_app.sounds.audio import Measured, encode, gain_for
from ari_app.sounds.check import check_sound, plausible_seconds, sound_faults
from ari_app.sounds.formats import RATES
from ari_app.sounds.generate import generate
from ari_app.sounds.plan import Recipe, Wanted, plan
from ari_app.sounds.store import Cache
from tests.unit.sounds.speakers import Hum, a_manifest, hum

WELCOME = Prompt("welcome", "zh", "您好，欢迎致电。", "您好，欢迎致电。", Kind.PROMPT)
FINE = Measured(seconds=2.0, level=-20, peak=-3)


def problems(measured: Measured) -> list[str]:
    return [problem for problem, _ in sound_faults(measured, WELCOME)]


def test_a_good_prompt_has_no_faults() -> None:
    assert problems(FINE) == []


@pytest.mark.parametrize(
    ("measured", "problem"),
    [
        (Measured(0, -120, -120), "is empty"),
        (Measured(2, -60, -50), "is silent"),
        (Measured(2, -20, -0.2), "is clipped: peak -0.2 dBFS"),
        (Measured(2, -30, -9), "has level -30.0 dBFS, not about -20"),
        (Measured(2, -14, -3), "has level -14.0 dBFS, not about -20"),
        (Measured(0.3, -20, -3), "takes 0.30 s, its text 0.6 to 3.4 s"),
        (Measured(9, -20, -3), "takes 9.00 s, its text 0.6 to 3.4 s"),
    ],
)
def test_each_fault_of_a_sound_is_named(measured: Measured, problem: str) -> None:
    assert problems(measured) == [problem]


def test_a_letter_in_a_chinese_row_is_timed_as_english() -> None:
    letter = Prompt("letter-w", "zh", "W", "W", Kind.LETTER)

    assert plausible_seconds(letter) == pytest.approx((0.35, 2.05))


def a_hum(_: Recipe) -> dict[str, bytes]:
    samples = {end: hum(0.4, rate, 0.3) for end, rate in RATES.items()}
    return {end: encode(each * gain_for(each, RATES[end]), end) for end, each in samples.items()}


@pytest.fixture
def made(tmp_path: Path) -> tuple[Wanted, Path, Cache]:
    """The first prompt, made; its text is long enough for a hum of 0.4 s."""
    cache, generated = Cache(tmp_path / "cache"), tmp_path / "generated"
    wanted = plan(a_manifest(), tmp_path, {"hum": Hum()})[:1]
    generate(wanted, generated, cache, a_hum, 1, lambda done, of: None)
    return wanted[0], generated, cache


def test_a_sound_in_its_place_has_no_findings(made: tuple[Wanted, Path, Cache]) -> None:
    assert list(check_sound(*made)) == []


def test_a_missing_format_is_found(made: tuple[Wanted, Path, Cache]) -> None:
    (made[1] / "zh/welcome.sln16").unlink()

    assert [each.problem for each in check_sound(*made)] == ["missing: .sln16"]


def test_a_sound_that_is_older_than_its_text_is_found(made: tuple[Wanted, Path, Cache]) -> None:
    _, generated, cache = made
    now = plan(a_manifest(("您好", "大家好")), generated, {"hum": Hum()})[0]

    found = list(check_sound(now, generated, cache))

    assert [each.problem for each in found] == ["does not match the manifest or recording"]


def test_a_silent_sound_is_found(made: tuple[Wanted, Path, Cache]) -> None:
    (made[1] / "zh/welcome.alaw").write_bytes(b"\xd5" * 8000)

    assert ".alaw is silent" in [each.problem for each in check_sound(*made)]
