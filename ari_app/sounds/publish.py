"""Puts sounds where one Asterisk plays them, as linear PCM (decision 0007).

Each file takes its place complete or not at all, and only when it differs: whoever hears the old
one hears it to the end, the next caller hears the new one.
"""

import time
from collections.abc import Mapping
from pathlib import Path

from ari_app.domain.alaw import linear
from ari_app.domain.speech.manifest import LANGUAGES
from ari_app.sounds.atomic import own_like, replacing
from ari_app.sounds.takes import Takes

TRIED = "take-"
"""A recording that is tried out is a prompt with such a name for a minute."""
OLD = 3600.0  # seconds


def publish_all(generated: Path, sounds: Path, takes: Takes) -> list[str]:
    """Prompts and tones below `<language>/hotline`, music below `moh`; a take of the site wins
    over what was generated. Returns what changed, as `zh/welcome`."""
    by_hand = {f"{take.language}/{take.name}" for take in takes.all_in_force()}
    changed = []
    for language in LANGUAGES:
        for source in (generated / language, generated / "tones"):
            skip = {name.split("/")[1] for name in by_hand if name.startswith(f"{language}/")}
            found = publish(source, sounds / language / "hotline", skip)
            changed += [f"{language}/{name}" for name in found]
    publish(generated / "moh", sounds / "moh")
    _sweep_tried(sounds)
    for take in takes.all_in_force():
        if publish_one(takes.files(take), sounds, take.language, take.name):
            changed.append(f"{take.language}/{take.name}")
    return sorted(set(changed))


def publish_one(files: Mapping[str, bytes], sounds: Path, language: str, name: str) -> bool:
    """One prompt, given by suffix; True when it was another before."""
    folder = sounds / language / "hotline"
    folder.mkdir(parents=True, exist_ok=True)
    written = [_put(folder / name, suffix, data) for suffix, data in files.items()]
    return any(written)


def publish(generated: Path, sounds: Path, skip: set[str] | None = None) -> list[str]:
    """Every file below `generated` at the same place below `sounds`; A-law becomes `.sln`.

    The samples stay those of the A-law file, so what a caller hears is that file, bit for bit.
    """
    changed = set()
    for source in sorted(generated.rglob("*")):
        if source.is_dir() or source.stem in (skip or ()) or source.suffix == ".part":
            continue
        target = sounds / source.relative_to(generated)
        target.parent.mkdir(parents=True, exist_ok=True)
        if _put(target.with_suffix(""), source.suffix, source.read_bytes()):
            changed.add(source.stem)
    return sorted(changed)


def withdraw(sounds: Path, language: str, name: str) -> None:
    """A sound that was only tried out."""
    for suffix in (".sln", ".sln16"):
        (sounds / language / "hotline" / f"{name}{suffix}").unlink(missing_ok=True)


def _sweep_tried(sounds: Path) -> None:
    """What was tried out when the engine died."""
    for path in sounds.glob(f"*/hotline/{TRIED}*"):
        if time.time() - path.stat().st_mtime > OLD:
            path.unlink(missing_ok=True)


def _put(target: Path, suffix: str, data: bytes) -> bool:
    if suffix == ".alaw":
        # In this machine's order, as Asterisk reads `.sln`.
        suffix, data = ".sln", linear(data).tobytes()
    path = target.with_name(target.name + suffix)
    if path.is_file() and path.read_bytes() == data:
        return False
    with replacing(path) as half_done:
        half_done.write_bytes(data)
    own_like(path.parent, path)
    return True
