"""`hotline prompts`: what callers can hear; putting in, publishing and taking back recordings."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ari_app.commands import show
from ari_app.commands.register import application, command, group
from ari_app.commands.terminal import Terminal
from ari_app.commands.trouble import NotPossible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ari_app.commands.prompt_list import PromptLine

Language = Literal["zh", "en"]
PromptLanguage = Annotated[Language, typer.Option("--for", help="Language of the prompt.")]
Name = Annotated[str, typer.Argument(help="The prompt's name, as in the manifest.")]


def add_to(app: typer.Typer) -> None:
    family = application("Prompts: what callers hear, who recorded it, where it is played.")
    group(family)(listing)
    for name, function in (
        *(("put", put), ("undo", undo), ("publish", publish)),
        *(("play", play), ("editor", editor)),
    ):
        command(family, name)(function)
    app.add_typer(family, name="prompts")


async def listing(
    terminal: Terminal,
    where_used: Annotated[
        str | None, typer.Option("--where-used", metavar="NAME", help="What plays this prompt.")
    ] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Only those without sound.")] = False,
    unused: Annotated[bool, typer.Option("--unused", help="Only those nothing plays.")] = False,
    words: Annotated[bool, typer.Option("--words", help="Also words of spoken values.")] = False,
) -> None:
    """Every prompt in both languages: number for *77, text, who speaks, length, level."""
    from ari_app.commands.prompt_list import look

    if sum((where_used is not None, missing, unused)) > 1:
        raise typer.BadParameter("one of --where-used, --missing, --unused")
    lines = await look(terminal.site(), words=words or where_used is not None)
    if where_used is not None:
        places = _named(lines, where_used)[0].played_in
        document = {"name": where_used, "played_in": places}
        terminal.answer(document, lambda: "\n".join(places) or terminal.words("nothing"))
        return
    if missing:
        lines = [line for line in lines if line.source == "missing"]
    if unused:
        lines = [line for line in lines if not line.played_in]
    terminal.answer(lines, lambda: _picture(lines, terminal))


def _picture(lines: "list[PromptLine]", terminal: Terminal) -> "RenderableType":
    if not lines:
        return terminal.words("nothing")
    headings = ("prompt_number", "prompt", "language", "text", "source", "length", "level")
    return show.table(
        [terminal.words(heading) for heading in headings],
        [
            [
                line.number,
                line.name,
                line.language,
                line.text,
                _source(line),
                show.duration(line.seconds),
                None if line.level is None else f"{line.level:.0f} dBFS",
            ]
            for line in lines
        ],
    )


def _source(line: "PromptLine") -> str:
    if line.recorded_by is None:
        return line.source
    return f"{line.recorded_by}, {show.local_time(line.recorded_at)}, {line.how}"


def _named(lines: "list[PromptLine]", name: str) -> "list[PromptLine]":
    from ari_app.domain.errors import NotFound

    found = [line for line in lines if line.name == name]
    if not found:
        raise NotFound("prompt", name)
    return found


async def put(
    terminal: Terminal,
    name: Name,
    file: Annotated[Path, typer.Argument(help="WAV, FLAC, OGG or MP3, any rate; - is a pipe.")],
    language: PromptLanguage,
) -> None:
    """Put in a recording: levelled, cut, converted; the next caller hears it."""
    import getpass

    from ari_app.commands.prompt_takes import put_in

    data = _read(file)
    take, changed = await put_in(terminal.site(), name, language, data, getpass.getuser())
    document = {**_taken(take), "level_before": changed.level_before}
    line = (
        f"{language}/{name}: take {take.number}, {take.seconds:.1f} s, brought from"
        f" {changed.level_before:.0f} to {take.level:.0f} dBFS; callers hear it from now on"
    )
    terminal.answer(document, lambda: line)


def _read(file: Path) -> bytes:
    """Not more than is taken anyway."""
    from ari_app.sounds.accept import LARGEST

    if str(file) == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    if not file.is_file():
        raise NotPossible(f"{file} is not a file", "name the recording")
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


async def undo(terminal: Terminal, name: Name, language: PromptLanguage) -> None:
    """Take the last recording of a prompt back: the one before it counts again."""
    import getpass

    from ari_app.commands.prompt_takes import take_back

    now = await take_back(terminal.site(), name, language, getpass.getuser())
    document = {"name": name, "language": language, "now": _taken(now) if now else "generated"}
    what = f"take {now.number} by {now.by}" if now else "the generated voice"
    terminal.answer(document, lambda: f"{language}/{name}: callers hear {what} from now on")


async def publish(terminal: Terminal) -> None:
    """Speak what changed in the manifest, and let callers hear it. Nothing is restarted."""
    import getpass

    from ari_app.commands.prompt_takes import publish_changes

    made, changed = await publish_changes(terminal.site(), getpass.getuser())
    line = f"{made} sounds made; callers hear anew: {', '.join(changed) or 'nothing'}"
    terminal.answer({"made": made, "changed": changed}, lambda: line)


async def play(
    terminal: Terminal,
    name: Name,
    language: PromptLanguage = "zh",
    phone: Annotated[
        int | None, typer.Option("--phone", help="Ring this agent's phone and play it there.")
    ] = None,
) -> None:
    """The file of a prompt as callers hear it; or ring a phone and play it."""
    from ari_app.commands.prompt_takes import published_file, ring_and_play

    site = terminal.site()
    path = published_file(site, name, language)
    document: dict[str, object] = {"name": name, "language": language, "file": path}
    if phone is not None:
        document["played_on"] = await ring_and_play(site, name, language, phone)
    line = f"{path}" if phone is None else f"{path}\nplayed on the phone of agent {phone}"
    terminal.answer(document, lambda: line)


async def editor(
    terminal: Terminal,
    number: Annotated[int, typer.Argument(min=1, help="The agent's number.")],
    off: Annotated[bool, typer.Option("--off", help="Not any more.")] = False,
) -> None:
    """Let an agent record prompts by phone with *77, after the PIN."""
    import getpass

    from ari_app.commands.database import database
    from ari_app.store import prompt_numbers, trail

    async with database(terminal.site()) as db, db.transaction():
        has_pin = await prompt_numbers.set_editor(db, number, may=not off)
        await trail.note(
            db,
            who=getpass.getuser(),
            action="prompt_editor_off" if off else "prompt_editor",
            object=f"agent {number}",
            detail={},
        )
    note = "" if has_pin or off else f"; no PIN yet: `hotline agents pin {number}`"
    may = "may not record prompts" if off else "may record prompts with *77"
    document = {"agent": number, "is_prompt_editor": not off, "has_pin": has_pin}
    terminal.answer(document, lambda: f"agent {number} {may}{note}")


def _taken(take: object) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(take)  # type: ignore[call-overload,no-any-return]
