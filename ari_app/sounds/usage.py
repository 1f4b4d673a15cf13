"""Where prompts are played: in the dialplan, in flows, and by name in the code."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ari_app.domain.speech.manifest import Kind, Manifest
from ari_app.sounds.findings import Finding
from ari_app.sounds.recorded import SUFFIXES, recordings

# Asterisk finds our prompts below <language>/hotline, apart from its own sounds.
IN_DIALPLAN: Final = re.compile(r"(?<![\w/.-])hotline/([a-z0-9-]+)")
QUOTED: Final = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
PLACES: Final = (("dialplan", "*.toml"), ("ari_app", "*.py"), ("agi", "*.py"))


def played_by_dialplan(text: str) -> set[str]:
    lines = (line.split(";")[0] for line in text.splitlines())
    return {name for line in lines for name in IN_DIALPLAN.findall(line)}


def check_names(manifest: Manifest, repository: Path) -> Iterator[Finding]:
    """Names that are played but unknown, recordings of nothing, and prompts nobody plays."""
    known = manifest.names("zh") & manifest.names("en")
    played: set[str] = set()
    for path in sorted((repository / "dialplan").rglob("*.conf")):
        names = played_by_dialplan(path.read_text())
        played |= names
        for name in sorted(names - known):
            yield Finding(name, f"played by dialplan/{path.name}, not in the manifest", "add it")
    yield from _stray_recordings(manifest, repository / "sounds" / "recorded")
    played |= _quoted(repository)
    prompts = {each.name for each in manifest.prompts if each.kind is Kind.PROMPT}
    for name in sorted(prompts - played):
        yield Finding(name, "is not played anywhere", "use it or remove it", is_error=False)


def _stray_recordings(manifest: Manifest, folder: Path) -> Iterator[Finding]:
    spoken = {f"{each.language}/{each.name}" for each in manifest.prompts}
    for name in sorted(recordings(folder).keys() - spoken):
        yield Finding(name, "is recorded, but the manifest has no such prompt", "rename it")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (*SUFFIXES, ".md"):
            cure = f"save it as one of {' '.join(SUFFIXES)}"
            name = path.relative_to(folder).as_posix()
            yield Finding(name, "is not a format we read", cure)


def _quoted(repository: Path) -> set[str]:
    return {
        name
        for folder, pattern in PLACES
        for path in (repository / folder).rglob(pattern)
        for name in QUOTED.findall(path.read_text())
    }


def where_played(repository: Path) -> dict[str, list[str]]:
    """Name -> the files that play it, with the line; quoted by chance counts as well, so that
    nothing that is played is ever called unused."""
    found: dict[str, list[str]] = {}
    for path in sorted((repository / "dialplan").rglob("*.conf")):
        lines = (line.split(";")[0] for line in path.read_text().splitlines())
        _note(found, repository, path, map(IN_DIALPLAN.findall, lines))
    for folder, pattern in PLACES:
        for path in sorted((repository / folder).rglob(pattern)):
            quoted = map(QUOTED.findall, path.read_text().splitlines())
            _note(found, repository, path, quoted)
    return found


def _note(
    found: dict[str, list[str]], repository: Path, path: Path, lines: Iterable[list[str]]
) -> None:
    where = path.relative_to(repository).as_posix()
    for number, names in enumerate(lines, start=1):
        for name in dict.fromkeys(names):
            found.setdefault(name, []).append(f"{where}:{number}")
