"""Recordings made by people, sounds/recorded/<language>/<name>: they win over any engine."""

from pathlib import Path

from ari_app.domain.speech.manifest import LANGUAGES

SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus")


def recordings(folder: Path) -> dict[str, Path]:
    """`zh/welcome` -> its file; of several formats the first in SUFFIXES wins."""
    found: dict[str, Path] = {}
    for suffix in reversed(SUFFIXES):
        for language in LANGUAGES:
            for path in sorted((folder / language).glob(f"*{suffix}")):
                found[f"{language}/{path.stem}"] = path
    return found
