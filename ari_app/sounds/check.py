"""Listens to what was made as far as a program can: is it there, loud enough, long enough?"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import soundfile

from ari_app.domain.speech.manifest import Kind, Manifest, Prompt
from ari_app.sounds.audio import Measured, load, measure
from ari_app.sounds.espeak import Espeak
from ari_app.sounds.findings import Finding
from ari_app.sounds.formats import RATES
from ari_app.sounds.plan import Wanted
from ari_app.sounds.pronunciation import english_syllables, mandarin_faults, mandarin_syllables
from ari_app.sounds.store import Cache
from ari_app.sounds.usage import check_names

SILENT: Final = -45.0
LOUDEST: Final = -1.0  # dBFS of the highest sample
LEVELS: Final = (-24.0, -17.0)  # dBFS of active speech; the aim is -20
# Seconds a syllable takes, pauses between sentences included, and what a short text needs more.
SYLLABLE: Final = (0.09, 0.45)
ONCE: Final = (0.08, 0.7)


def check(
    manifest: Manifest, wanted: Sequence[Wanted], sounds: Path, cache: Cache
) -> list[Finding]:
    """Everything; errors and notes mixed, in the order of the manifest."""
    generated = sounds / "generated"
    found = [finding for each in wanted for finding in check_sound(each, generated, cache)]
    found += check_names(manifest, sounds.parent)
    choice = manifest.voices["zh"]
    if choice.engine == Espeak.name:
        engine = Espeak()
        found += check_pronunciation(wanted, engine, engine.pick_voice("zh", choice.voices))
    return found


def check_sound(wanted: Wanted, generated: Path, cache: Cache) -> Iterator[Finding]:
    """What is wrong with one generated sound."""
    target = generated / wanted.path
    files = [target.with_name(target.name + suffix) for suffix in RATES]
    absent = [path.suffix for path in files if not path.is_file()]
    if absent:
        yield Finding(wanted.path, f"missing: {' and '.join(absent)}", "run make sounds")
        return
    if not cache.is_published(wanted.key, target):
        yield Finding(wanted.path, "does not match the manifest or recording", "run make sounds")
    if wanted.prompt:
        for path in files:
            yield from _heard(wanted.path, path, wanted.prompt)


def _heard(name: str, path: Path, prompt: Prompt) -> Iterator[Finding]:
    try:
        measured = measure(*load(path))
    except soundfile.LibsndfileError as error:
        yield Finding(name, f"{path.suffix} cannot be read: {error}", "run make sounds")
        return
    for problem, cure in sound_faults(measured, prompt):
        yield Finding(name, f"{path.suffix} {problem}", cure)


def sound_faults(measured: Measured, prompt: Prompt) -> Iterator[tuple[str, str]]:
    """Problem and cure for each thing about a prompt's sound that a listener would mind."""
    again = "record it again, or take the recording away"
    if not measured.seconds:
        yield "is empty", again
        return
    if measured.level < SILENT:
        yield "is silent", again
        return
    if measured.peak > LOUDEST:
        yield f"is clipped: peak {measured.peak:.1f} dBFS", again
    if not LEVELS[0] <= measured.level <= LEVELS[1]:
        yield f"has level {measured.level:.1f} dBFS, not about -20", again
    shortest, longest = plausible_seconds(prompt)
    if not shortest <= measured.seconds <= longest:
        aim = f"{shortest:.1f} to {longest:.1f} s"
        yield f"takes {measured.seconds:.2f} s, its text {aim}", f"{again}, or correct its text"


def plausible_seconds(prompt: Prompt) -> tuple[float, float]:
    """How long anybody would take to say a text, in a hurry and at ease."""
    chinese = prompt.language == "zh" and prompt.kind is not Kind.LETTER
    count = mandarin_syllables(prompt.text) if chinese else english_syllables(prompt.text)
    return count * SYLLABLE[0] + ONCE[0], count * SYLLABLE[1] + ONCE[1]


def check_pronunciation(wanted: Sequence[Wanted], engine: Espeak, voice: str) -> list[Finding]:
    """Chinese prompts the engine would read as anything else than one Chinese syllable a sign."""
    due = [each for each in wanted if _is_read_in_chinese(each)]
    texts = [each.prompt.spoken for each in due if each.prompt]
    return [
        Finding(each.path, fault, "write it differently, or add say-zh")
        for each, text, read in zip(due, texts, engine.phonemes_of(texts, voice), strict=True)
        for fault in mandarin_faults(text, read)
    ]


def _is_read_in_chinese(wanted: Wanted) -> bool:
    prompt = wanted.prompt
    return bool(
        prompt and not wanted.recorded and prompt.language == "zh" and prompt.kind != Kind.LETTER
    )
