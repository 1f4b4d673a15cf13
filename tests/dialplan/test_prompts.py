"""What the dialplan, the flows and spoken values play is in the manifest, in both languages."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ari_app.domain.speech import VOCABULARY, read_manifest
from ari_app.domain.speech.manifest import LANGUAGES, Kind
from ari_app.sounds.check import check_pronunciation
from ari_app.sounds.espeak import Espeak
from ari_app.sounds.plan import plan
from ari_app.sounds.usage import check_names, played_by_dialplan
from tests.unit.domain.speech.heard import CHARACTERS

REPOSITORY = Path(__file__).parents[2]
MANIFEST = read_manifest((REPOSITORY / "sounds/manifest.toml").read_text())
FLOWS = sorted((REPOSITORY / "dialplan/flows").glob("*.toml"))
DIALPLAN = sorted((REPOSITORY / "dialplan").rglob("*.conf"))


def prompts_in(value: Any, key: str = "") -> Iterator[str]:
    """Every string below a key that ends in `prompt` or `prompts`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from prompts_in(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from prompts_in(inner, key)
    elif isinstance(value, str) and key.endswith(("prompt", "prompts")):
        yield value


@pytest.mark.parametrize("path", DIALPLAN, ids=lambda path: path.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_of_the_dialplan_exists(path: Path, language: str) -> None:
    assert played_by_dialplan(path.read_text()) <= MANIFEST.names(language)


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_of_the_flows_exists(path: Path, language: str) -> None:
    played = set(prompts_in(tomllib.loads(path.read_text())))

    assert played
    assert played <= MANIFEST.names(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_spoken_values_exists(language: str) -> None:
    assert VOCABULARY[language] <= MANIFEST.names(language)


def test_the_chinese_words_are_the_characters_that_were_tested() -> None:
    texts = MANIFEST.texts("zh")
    words = VOCABULARY["zh"] & CHARACTERS.keys() & texts.keys()

    assert {word: texts[word].rstrip("。") for word in words} == {
        word: CHARACTERS[word] for word in words
    }


def test_the_english_words_are_their_own_names() -> None:
    for prompt in MANIFEST.prompts:
        if prompt.language == "en" and prompt.kind is Kind.WORD and prompt.name != "pound-key":
            assert prompt.text.lower().replace(" ", "-") == prompt.name


def test_nothing_is_played_under_a_name_that_does_not_exist() -> None:
    assert [found for found in check_names(MANIFEST, REPOSITORY) if found.is_error] == []


def test_every_chinese_prompt_is_read_as_one_chinese_syllable_a_character() -> None:
    engine = Espeak()
    wanted = plan(MANIFEST, REPOSITORY / "sounds", {engine.name: engine})
    voice = engine.pick_voice("zh", MANIFEST.voices["zh"].voices)

    assert check_pronunciation(wanted, engine, voice) == []


def test_the_beep_is_a_quarter_second_of_a_thousand_hertz() -> None:
    beep = next(tone for tone in MANIFEST.tones if tone.name == "beep")

    assert (beep.hertz, beep.seconds) == (1000, 0.25)
