"""Prompts: the manifest is sound, every prompt that is named exists, every file is there."""

import re
from collections.abc import Iterator
from pathlib import Path

from ari_app.domain.finding import Finding, error
from ari_app.domain.flow import LANGUAGES
from ari_app.domain.speech.manifest import BadManifest, Manifest, read_manifest

PLAYED = re.compile(r"hotline/([a-z0-9-]+)")
MAKE = "run `make sounds`"
SHOWN = 5


def load_manifest(path: Path) -> tuple[Manifest | None, list[Finding]]:
    try:
        return read_manifest(path.read_text(encoding="utf-8")), []
    except BadManifest as bad:
        cure = "correct the entry; the head of the file explains the keys"
        return None, [error(str(path), "", problem, cure) for problem in bad.problems]
    except (OSError, UnicodeDecodeError) as bad:
        return None, [error(str(path), "", str(bad), "restore the file, as UTF-8")]


def check_dialplan_prompts(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    """What Playback() and its like name must be in the manifest, in every language."""
    known = frozenset.intersection(*(manifest.names(language) for language in LANGUAGES))
    for path in sorted(folder.glob("*.conf")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for name in PLAYED.findall(line.partition(";")[0]):
                if name not in known:
                    cure = f"add it to sounds/manifest.toml and {MAKE}"
                    yield error(
                        str(path), f"line {number}", f"no prompt {name!r} in the manifest", cure
                    )


def check_files(generated: Path, manifest: Manifest) -> Iterator[Finding]:
    """A file for each prompt, language and tone; one finding per folder."""
    if not generated.is_dir():
        yield error(str(generated), "", "the prompts have not been made yet", MAKE)
        return
    tones = {tone.name for tone in manifest.tones}
    wanted = {language: set(manifest.texts(language)) for language in LANGUAGES}
    for name, names in (*wanted.items(), ("tones", tones)):
        missing = sorted(names - {path.stem for path in (generated / name).glob("*.alaw")})
        if missing:
            some = ", ".join(missing[:SHOWN]) + (" ..." if len(missing) > SHOWN else "")
            what = f"{len(missing)} of {len(names)} files are missing: {some}"
            yield error(str(generated / name), "", what, MAKE)
