"""The prompt manifest (`sounds/manifest.toml`): every name a flow may play, and its text.

Read strictly, so that a slip of the pen is found by `hotline check` and not by a caller.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ari_app.domain.errors import HotlineError

LANGUAGES: Final = ("zh", "en")
NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PROMPT_KEYS: Final = frozenset({"zh", "en", "note", "say-zh", "say-en"})
TABLES: Final = frozenset({"voices", "silence", "prompts", "words", "letters", "tones"})


class BadManifest(HotlineError):
    """The manifest cannot be used as written; lists every problem at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class Kind(StrEnum):
    PROMPT = "prompt"
    WORD = "word"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt in one language. `spoken` is what a speech engine is given."""

    name: str
    language: str
    text: str
    spoken: str
    kind: Kind
    note: str = ""


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """The first of `voices` that reads the language; speed in words a minute, pitch 0 to 99."""

    engine: str
    voices: tuple[str, ...]
    speed: int
    pitch: int


@dataclass(frozen=True, slots=True)
class Tone:
    """A plain tone, or silence where hertz is 0."""

    name: str
    hertz: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """`silence` is milliseconds before and after, for each kind of prompt."""

    voices: Mapping[str, VoiceChoice]
    silence: Mapping[Kind, tuple[int, int]]
    prompts: tuple[Prompt, ...]
    tones: tuple[Tone, ...]

    def names(self, language: str) -> frozenset[str]:
        """Everything that can be played in a language, tones included."""
        spoken = (prompt.name for prompt in self.prompts if prompt.language == language)
        return frozenset(spoken) | {tone.name for tone in self.tones}

    def texts(self, language: str) -> dict[str, str]:
        return {prompt.name: prompt.text for prompt in self.prompts if prompt.language == language}


def read_manifest(text: str) -> Manifest:
    """Raises BadManifest."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadManifest([str(error)]) from error
    problems = list(_problems(raw))
    if problems:
        raise BadManifest(problems)
    return Manifest(
        voices={language: _voice(raw["voices"][language]) for language in LANGUAGES},
        silence=_silence(raw["silence"]),
        prompts=tuple(_prompts(raw)),
        tones=tuple(Tone(name, **tone) for name, tone in raw.get("tones", {}).items()),
    )


def _prompts(raw: Mapping[str, Any]) -> Iterator[Prompt]:
    for table, kind in (("prompts", Kind.PROMPT), ("words", Kind.WORD)):
        for name, entry in raw.get(table, {}).items():
            for language in LANGUAGES:
                if text := entry.get(language):
                    spoken = entry.get(f"say-{language}", text)
                    yield Prompt(name, language, text, spoken, kind, entry.get("note", ""))
    for name, text in raw.get("letters", {}).items():
        for language in LANGUAGES:
            yield Prompt(name, language, text, text, Kind.LETTER)


def _voice(raw: Mapping[str, Any]) -> VoiceChoice:
    return VoiceChoice(raw["engine"], tuple(raw["voices"]), raw["speed"], raw["pitch"])


def _silence(raw: Mapping[str, list[int]]) -> dict[Kind, tuple[int, int]]:
    prompts, words = ((raw[key][0], raw[key][1]) for key in ("prompts", "words"))
    return {Kind.PROMPT: prompts, Kind.WORD: words, Kind.LETTER: words}


def _problems(raw: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"unknown table [{table}]" for table in sorted(raw.keys() - TABLES))
    seen: set[str] = set()
    for table in ("prompts", "words", "letters", "tones"):
        for name, entry in raw.get(table, {}).items():
            if not NAME.fullmatch(name):
                yield f"{name}: names are small letters and digits joined by hyphens"
            if name in seen:
                yield f"{name}: this name is there twice"
            seen.add(name)
            yield from _problems_of(table, name, entry)
    yield from _missing_header(raw)


def _problems_of(table: str, name: str, entry: Any) -> Iterator[str]:
    if table == "letters":
        if not isinstance(entry, str) or not entry:
            yield f"{name}: a letter is written as text"
    elif not isinstance(entry, dict):
        yield f"{name}: this is not a table"
    elif table == "tones":
        if entry.keys() != {"hertz", "seconds"}:
            yield f"{name}: a tone has hertz and seconds"
    else:
        yield from _bad_prompt(name, entry, every_language=table == "prompts")


def _bad_prompt(name: str, entry: Mapping[str, Any], *, every_language: bool) -> Iterator[str]:
    yield from (f"{name}: unknown key {key!r}" for key in sorted(entry.keys() - PROMPT_KEYS))
    for key, value in entry.items():
        if not isinstance(value, str) or not value.strip():
            yield f"{name}: {key} is empty or not text"
    there = [language for language in LANGUAGES if language in entry]
    if not there or (every_language and len(there) < len(LANGUAGES)):
        absent = [language for language in LANGUAGES if language not in entry]
        yield f"{name}: no text in {' and '.join(absent)}"


def _missing_header(raw: Mapping[str, Any]) -> Iterator[str]:
    for language in LANGUAGES:
        voice = raw.get("voices", {}).get(language, {})
        for key in ("engine", "voices", "speed", "pitch"):
            if key not in voice:
                yield f"[voices.{language}] has no {key}"
    for key in ("prompts", "words"):
        pair = raw.get("silence", {}).get(key)
        if not (isinstance(pair, list) and len(pair) == 2):  # noqa: PLR2004
            yield f"[silence] has no {key} = [before, after] in milliseconds"
