"""Every prompt of a site, put together from manifest, files, database and what plays it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ari_app.domain.speech.manifest import Kind, Manifest, Prompt, read_manifest

if TYPE_CHECKING:
    from ari_app.site.layout import Site
    from ari_app.sounds.takes import Take


@dataclass(frozen=True, slots=True)
class PromptLine:
    """`source` is generated, recorded (in the source tree or on this site) or missing."""

    name: str
    language: str
    number: int | None
    text: str
    source: str
    recorded_by: str | None
    recorded_at: datetime | None
    how: str | None
    seconds: float | None
    level: float | None
    file: Path | None
    played_in: list[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What one look found out."""

    numbers: Mapping[str, int]
    played: Mapping[str, list[str]]
    takes: "Mapping[str, Take]"
    recorded: Mapping[str, Path]
    sounds: Path


async def look(site: "Site", *, words: bool) -> list[PromptLine]:
    """In the order of the manifest; the numbers are left out while PostgreSQL is away."""
    import asyncio

    from ari_app.site.layout import SOURCE

    manifest = read_manifest((SOURCE / "sounds" / "manifest.toml").read_text(encoding="utf-8"))
    names = list(dict.fromkeys(each.name for each in _prompts(manifest, words=False)))
    numbers, comfort = await _stored(site, names)
    known = await asyncio.to_thread(_known, site, numbers, comfort)
    return await asyncio.to_thread(
        lambda: [_line(prompt, known) for prompt in _prompts(manifest, words=words)]
    )


def _prompts(manifest: Manifest, *, words: bool) -> Iterator[Prompt]:
    return (each for each in manifest.prompts if words or each.kind is Kind.PROMPT)


async def _stored(site: "Site", names: list[str]) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Numbers, and what queues say to who waits."""
    from ari_app.commands.database import database
    from ari_app.domain.errors import Unavailable
    from ari_app.store import prompt_numbers, queues

    comfort: dict[str, list[str]] = {}
    try:
        async with database(site) as db:
            for queue in await queues.load(db):
                for name in {prompt for each in queue.comfort for prompt in each.prompts}:
                    comfort.setdefault(name, []).append(f"queue {queue.name}: comfort")
            return await prompt_numbers.numbers(db, names), comfort
    except Unavailable:
        return {}, comfort


def _known(site: "Site", numbers: dict[str, int], comfort: dict[str, list[str]]) -> Known:
    from ari_app.site.layout import SOURCE
    from ari_app.sounds.recorded import recordings
    from ari_app.sounds.takes import Takes
    from ari_app.sounds.usage import where_played

    played = where_played(SOURCE)
    for name, places in comfort.items():
        played.setdefault(name, []).extend(places)
    takes = {f"{take.language}/{take.name}": take for take in Takes(site.prompts).all_in_force()}
    recorded = recordings(SOURCE / "sounds" / "recorded")
    return Known(numbers, played, takes, recorded, site.sounds)


def _line(prompt: Prompt, known: Known) -> PromptLine:
    from ari_app.sounds.audio import measure_linear

    key = f"{prompt.language}/{prompt.name}"
    path = known.sounds / prompt.language / "hotline" / f"{prompt.name}.sln"
    take, hand = known.takes.get(key), known.recorded.get(key)
    measured = measure_linear(path) if path.is_file() else None
    source = "recorded" if take or hand else "generated"
    return PromptLine(
        name=prompt.name,
        language=prompt.language,
        number=known.numbers.get(prompt.name),
        text=prompt.text,
        source=source if measured else "missing",
        recorded_by=take.by if take else str(hand.name) if hand else None,
        recorded_at=take.at if take else None,
        how=take.how if take else "file" if hand else None,
        seconds=round(measured.seconds, 2) if measured else None,
        level=round(measured.level, 1) if measured else None,
        file=path if measured else None,
        played_in=known.played.get(prompt.name, []),
    )
