from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ari_app.sounds.formats import RATES
from ari_app.sounds.generate import Result, generate
from ari_app.sounds.plan import Recipe, Speech, plan
from ari_app.sounds.store import Cache
from tests.unit.sounds.speakers import SOUNDS, Hum, a_manifest

LOUDER = ('zh = "您好"', 'zh = "您好！"')


class Studio:
    """A sounds folder and a cache; `makes` lists what was really made, at no cost."""

    def __init__(self, folder: Path) -> None:
        self.sounds = folder / "sounds"
        self.cache = Cache(folder / "cache")
        self.makes: list[Recipe] = []

    def run(self, engine: Hum | None = None, *changes: tuple[str, str]) -> Result:
        wanted = plan(a_manifest(*changes), self.sounds, {"hum": engine or Hum()})
        return generate(wanted, self.sounds / "generated", self.cache, self.make, 2, self.silent)

    def make(self, recipe: Recipe) -> dict[str, bytes]:
        self.makes.append(recipe)
        content = recipe.record() if isinstance(recipe, Speech) else repr(recipe).encode()
        return dict.fromkeys(RATES, content)

    def silent(self, done: int, of: int) -> None:
        assert done <= of

    def record(self, name: str, data: bytes) -> None:
        path = self.sounds / "recorded" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def read(self, name: str) -> bytes:
        return (self.sounds / "generated" / name).read_bytes()

    def files(self) -> list[str]:
        folder = self.sounds / "generated"
        paths = (path for path in folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(folder).as_posix() for path in paths)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


def test_every_sound_is_made_in_both_formats(studio: Studio) -> None:
    result = studio.run()

    assert sorted(result.made) == sorted(SOUNDS)
    assert studio.files() == sorted(
        f"{name}{end}" for name in SOUNDS for end in (".alaw", ".sln16")
    )


def test_a_second_run_makes_nothing(studio: Studio) -> None:
    studio.run()
    studio.makes.clear()

    result = studio.run()

    assert (result.unchanged, studio.makes) == (len(SOUNDS), [])


def test_only_the_prompt_whose_text_changed_is_made_again(studio: Studio) -> None:
    studio.run()

    assert studio.run(None, LOUDER).made == ["zh/welcome"]


@pytest.mark.parametrize(
    "change",
    [("speed = 180", "speed = 200"), ("pitch = 50\n\n[voices.en]", "pitch = 9\n\n[voices.en]")],
)
def test_a_setting_of_a_voice_makes_all_it_speaks_anew(
    studio: Studio, change: tuple[str, str]
) -> None:
    studio.run()

    assert studio.run(None, change).made == ["zh/welcome", "zh/goodbye", "zh/two-of"]


def test_a_new_version_of_the_engine_makes_all_speech_anew(studio: Studio) -> None:
    studio.run()

    assert len(studio.run(Hum(version="2")).made) == 7


def test_letters_are_spoken_by_the_english_voice_once_for_both_languages(studio: Studio) -> None:
    engine = Hum()

    studio.run(engine)

    assert engine.said.count("A") == 1


def test_what_was_lost_comes_back_from_the_cache(studio: Studio) -> None:
    studio.run()
    (studio.sounds / "generated/zh/welcome.alaw").unlink()
    studio.makes.clear()

    result = studio.run()

    assert (result.from_cache, studio.makes) == (["zh/welcome"], [])


def test_a_file_that_lost_its_content_is_made_again(studio: Studio) -> None:
    studio.run()
    for path in studio.cache.folder.rglob("*.sln16"):
        path.write_bytes(b"")

    assert len(studio.run().made) == len(SOUNDS)


def test_a_file_somebody_touched_is_put_right(studio: Studio) -> None:
    studio.run()
    good = studio.read("en/goodbye.alaw")
    (studio.sounds / "generated/en/goodbye.alaw").write_bytes(b"noise")

    studio.run()

    assert studio.read("en/goodbye.alaw") == good


def test_what_the_manifest_no_longer_has_is_removed(studio: Studio) -> None:
    studio.run()

    result = studio.run(None, ('[words]\ntwo-of = { zh = "两" }', ""))

    assert result.removed == ["zh/two-of.alaw", "zh/two-of.sln16"]
    assert "zh/two-of.alaw" not in studio.files()


def test_a_prompt_that_cannot_be_spoken_keeps_the_sound_it_had(studio: Studio) -> None:
    studio.run()
    before = studio.read("en/goodbye.alaw")

    result = studio.run(Hum(version="2", hoarse=True))

    assert result.failed == {"en/goodbye": "hoarse; drink tea"}
    assert studio.read("en/goodbye.alaw") == before


def test_two_runs_at_once_make_each_sound_once(studio: Studio) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: studio.run(), range(2)))

    assert sorted(len(result.made) for result in results) == [0, len(SOUNDS)]
    assert len(studio.makes) == len({SOUNDS[0], *SOUNDS}) - 3


def test_what_a_killed_run_left_behind_is_swept_up(studio: Studio) -> None:
    studio.run()
    (studio.sounds / "generated/zh/tmp1234.part").write_bytes(b"half")

    studio.run()

    assert not any(name.endswith(".part") for name in studio.files())


def test_a_recording_wins_until_it_is_taken_away(studio: Studio) -> None:
    studio.run()
    spoken = studio.read("zh/welcome.alaw")
    studio.record("zh/welcome.flac", b"by a person")

    assert studio.run().made == ["zh/welcome"]
    assert studio.read("zh/welcome.alaw") == b"by a person"

    (studio.sounds / "recorded/zh/welcome.flac").unlink()
    assert studio.run().from_cache == ["zh/welcome"]
    assert studio.read("zh/welcome.alaw") == spoken


def test_of_several_recordings_the_one_of_best_quality_wins(studio: Studio) -> None:
    studio.record("en/welcome.mp3", b"small")
    studio.record("en/welcome.wav", b"good")

    studio.run()

    assert studio.read("en/welcome.alaw") == b"good"
