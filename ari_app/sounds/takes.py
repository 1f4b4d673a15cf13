"""Takes: recordings of prompts that people made on this site, by phone or by upload.

    <folder>/zh/welcome/0003.json      who, when, how, how long, how loud; written last
    <folder>/zh/welcome/0003.alaw      8 kHz, and .sln16: finished, as Asterisk plays them
    <folder>/zh/welcome/0003.undone    a take that was taken back; its sound is kept

The take in force is the one with the highest number that has a `.json`. Nothing is ever deleted.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from ari_app.domain.errors import NotFound
from ari_app.domain.speech.manifest import LANGUAGES, NAME
from ari_app.sounds.atomic import own_like, replacing
from ari_app.sounds.formats import RATES

NUMBER = re.compile(r"(\d{4,})\.(json|undone)")


@dataclass(frozen=True, slots=True)
class Take:
    """`how` is phone or upload; `level` is dBFS of the spoken parts."""

    name: str
    language: str
    number: int
    by: str
    at: datetime
    how: str
    seconds: float
    level: float


class Takes:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all_in_force(self) -> list[Take]:
        """One for each prompt and language that has any."""
        places = (place for language in LANGUAGES for place in self._names(language))
        found = (self.in_force(name, language) for name, language in places)
        return [take for take in found if take is not None]

    def in_force(self, name: str, language: str) -> Take | None:
        for number in sorted(self._numbers(name, language, "json"), reverse=True):
            path = self._path(name, language, number, ".json")
            try:
                return msgspec.json.decode(path.read_bytes(), type=Take)
            except (msgspec.DecodeError, OSError):
                continue  # not ours, or half of it lost: the one before it counts
        return None

    def files(self, take: Take) -> dict[str, bytes]:
        """Its sound, by suffix."""
        return {
            suffix: self._path(take.name, take.language, take.number, suffix).read_bytes()
            for suffix in RATES
        }

    def keep(self, take: Take, files: Mapping[str, bytes]) -> Take:
        """In force from now on. Returns it with the number it got."""
        folder = self._place(take.name, take.language)
        self._make(folder)
        every = self._numbers(take.name, take.language, "json|undone")
        numbered = replace(take, number=max(every, default=0) + 1)
        for suffix, data in {**files, ".json": msgspec.json.encode(numbered)}.items():
            path = self._path(numbered.name, numbered.language, numbered.number, suffix)
            with replacing(path) as half_done:
                _write(half_done, data)
            own_like(folder, path)
        return numbered

    def undo(self, name: str, language: str) -> Take | None:
        """Takes the one in force back; what is in force then, None for the generated voice.

        Raises: NotFound when nobody has recorded it.
        """
        take = self.in_force(name, language)
        if take is None:
            raise NotFound("recording of prompt", f"{language}/{name}")
        path = self._path(name, language, take.number, ".json")
        path.rename(path.with_suffix(".undone"))
        return self.in_force(name, language)

    def _names(self, language: str) -> Iterator[tuple[str, str]]:
        folder = self._folder / language
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.is_dir() and NAME.fullmatch(path.name):
                    yield path.name, language

    def _numbers(self, name: str, language: str, kinds: str) -> list[int]:
        folder = self._place(name, language)
        if not folder.is_dir():
            return []
        found = (NUMBER.fullmatch(path.name) for path in folder.iterdir())
        return [int(hit[1]) for hit in found if hit and hit[2] in kinds.split("|")]

    def _place(self, name: str, language: str) -> Path:
        if not NAME.fullmatch(name) or language not in LANGUAGES:
            raise NotFound("prompt", f"{language}/{name}")
        return self._folder / language / name

    def _path(self, name: str, language: str, number: int, suffix: str) -> Path:
        return self._place(name, language) / f"{number:04d}{suffix}"

    def _make(self, folder: Path) -> None:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for path in reversed(missing):
            own_like(path.parent, path)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # nobody records it twice
