"""What has to be there: every sound with its key, and how to make it when it is not.

Nothing here loads the signal processing: most runs find that there is nothing to do.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from ari_app.domain.speech.manifest import LANGUAGES, Kind, Manifest, Prompt, Tone
from ari_app.sounds.engine import SpeechEngine, Voice
from ari_app.sounds.recorded import recordings
from ari_app.sounds.trouble import CannotSpeak

# Raised whenever the same input would come out differently: it is part of every key.
FINISH: Final = "1"


@dataclass(frozen=True, slots=True)
class Speech:
    """`record` fetches a sound file; `silence` is milliseconds before and after it."""

    record: Callable[[], bytes]
    silence: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Melody:
    """Raise the edition whenever the melody would sound different."""

    name: str
    edition: int


MUSIC: Final = Melody("waiting", edition=1)

Recipe: TypeAlias = Speech | Tone | Melody


@dataclass(frozen=True, slots=True)
class Wanted:
    """One sound: `path` below sounds/generated without suffix; `recorded` if a person spoke."""

    path: str
    key: str
    recipe: Recipe
    prompt: Prompt | None = None
    recorded: Path | None = None


def plan(manifest: Manifest, sounds: Path, engines: Mapping[str, SpeechEngine]) -> list[Wanted]:
    """Everything, in the order of the manifest. Raises CannotSpeak when no voice will do."""
    by_hand = recordings(sounds / "recorded")
    voices = {language: _voice(manifest, language, engines) for language in LANGUAGES}
    wanted = []
    for prompt in manifest.prompts:
        silence = manifest.silence[prompt.kind]
        if file := by_hand.get(f"{prompt.language}/{prompt.name}"):
            wanted.append(_recorded(prompt, silence, file))
        else:
            voice = voices["en" if prompt.kind is Kind.LETTER else prompt.language]
            wanted.append(_spoken(prompt, silence, *voice))
    return [*wanted, *_tones(manifest), *_music()]


def _voice(
    manifest: Manifest, language: str, engines: Mapping[str, SpeechEngine]
) -> tuple[SpeechEngine, Voice]:
    choice = manifest.voices[language]
    engine = engines.get(choice.engine)
    if not engine:
        raise CannotSpeak(
            f"there is no speech engine {choice.engine!r}", f"choose {' or '.join(engines)}"
        )
    name = engine.pick_voice(language, choice.voices)
    return engine, Voice(name, choice.speed, choice.pitch)


def _recorded(prompt: Prompt, silence: tuple[int, int], file: Path) -> Wanted:
    data = file.read_bytes()  # once: what the key says is what is made
    key = key_of("recorded", hashlib.sha256(data).hexdigest(), *silence)
    recipe = Speech(lambda: data, silence)
    return Wanted(f"{prompt.language}/{prompt.name}", key, recipe, prompt, file)


def _spoken(prompt: Prompt, silence: tuple[int, int], engine: SpeechEngine, voice: Voice) -> Wanted:
    by = (engine.name, engine.version, voice.name, voice.speed, voice.pitch)
    recipe = Speech(lambda: engine.speak(prompt.spoken, voice), silence)
    key = key_of(*by, prompt.spoken, *silence)
    return Wanted(f"{prompt.language}/{prompt.name}", key, recipe, prompt)


def _tones(manifest: Manifest) -> Iterator[Wanted]:
    """In both languages, where flows find them, and in tones/ for Asterisk's own `beep`."""
    for tone in manifest.tones:
        key = key_of("tone", tone.hertz, tone.seconds)
        for folder in (*LANGUAGES, "tones"):
            yield Wanted(f"{folder}/{tone.name}", key, tone)


def _music() -> Iterator[Wanted]:
    yield Wanted(f"moh/default/{MUSIC.name}", key_of("melody", MUSIC.edition), MUSIC)


def key_of(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, (FINISH, *parts))).encode()).hexdigest()
