"""`hotline call`: a caller with a script, who says what it hears."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from ari_app.commands.picture import command_line
from ari_app.commands.register import Language, command
from ari_app.commands.terminal import Terminal
from ari_app.commands.trouble import NotPossible

if TYPE_CHECKING:
    from ari_app.commands.caller import Script
    from ari_app.commands.transcript import Transcript
    from ari_app.site.installation import Installation
    from ari_app.site.layout import Site

NUMBER = re.compile(r"\+?[0-9*#]{1,24}")
KEY = re.compile(r"[0-9*#]")
RECORD_SECONDS = 5.0  # how long the record may take to know of the call


def add_to(app: typer.Typer) -> None:
    command(app, "call")(call)


async def call(
    terminal: Terminal,
    number: Annotated[str, typer.Argument(help="The number to dial, such as 95001.")],
    keys: Annotated[
        str, typer.Option(help='Keys such as "1,2": each is pressed when the next menu asks.')
    ] = "",
    caller: Annotated[str, typer.Option("--as", help="The caller's number.")] = "13900000001",
    language: Annotated[
        Language | None, typer.Option(help="Choose this language first, with the flow's own key.")
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(help="A sample phone that logs in and answers with a tone; may be repeated."),
    ] = None,
    talk: Annotated[
        float, typer.Option(min=0.1, help="Seconds to talk once somebody, or a beep, is heard.")
    ] = 3.0,
    stay: Annotated[float, typer.Option(min=1, help="Seconds until the caller gives up.")] = 60.0,
) -> int:
    """Call the hotline and print what the caller hears. Exit 1 when nobody answered.

    Without an answering phone the caller may still reach agents' own phones, or a mailbox.
    """
    from ari_app.commands.transcript import Transcript, read_texts
    from ari_app.site.installation import Installation
    from ari_app.site.layout import SOURCE

    pressed, phones = read_keys(keys), list(dict.fromkeys(answer or ()))
    _need_number(number, "NUMBER")
    _need_number(caller, "--as")
    site = terminal.site()
    need_phones(site, phones)
    installation = Installation(site)
    _need_running(installation, engine=bool(phones))
    script = _script(pressed, language, talk, stay)
    told = Transcript(terminal, read_texts(SOURCE / "sounds" / "manifest.toml"))
    since = datetime.now(UTC) - timedelta(seconds=1)
    answered = await _play(installation, (number, caller), script, phones, told)
    call_id = await find_call(site, caller, since)
    document = {"call_id": call_id, "answered": answered, "transcript": told.entries}
    terminal.answer(document, lambda: _ending(site, call_id))
    return 0 if answered else 1


async def _play(
    installation: "Installation",
    numbers: tuple[str, str],
    script: "Script",
    phones: list[str],
    told: "Transcript",
) -> bool:
    """Args: numbers: the dialled one and the caller's."""
    import getpass
    from dataclasses import replace

    from ari_app.commands import engine
    from ari_app.commands.caller import follow
    from ari_app.commands.staff_phones import StaffPhones
    from ari_app.commands.world import open_world

    async def states() -> Any:
        return (await installation.health())["agents"]

    async def make_ready(extension: str) -> Any:
        wanted = {
            "id": int(extension),
            "state": "ready",
            "who": getpass.getuser(),
            "why": "hotline call",
        }
        return await engine.order(installation.site, "agents", wanted, "agent")

    number, caller = numbers
    async with open_world(installation, phones) as world:
        told.begin()
        staff = StaffPhones(world, phones, states, told, make_ready)
        try:
            await staff.start_work()
            told.begin()
            told.add("caller", "dial", number)
            party = await world.dial(number, caller=caller)
            script = replace(script, goals=(*script.goals, *staff.goals))
            return await follow(script, party, told)
        finally:
            await staff.end_work()


def _script(keys: list[str], language: str | None, talk: float, stay: float) -> "Script":
    from ari_app.commands.caller import BEEPS, Script
    from ari_app.commands.questions import language_keys, questions, readable_flows
    from ari_app.site.layout import SOURCE

    flows = readable_flows(SOURCE / "dialplan" / "flows")
    if language is not None:
        chosen = language_keys(flows).get(language)
        if chosen is None:
            raise NotPossible(f"no flow asks for the language {language!r}", "use --keys")
        keys = [chosen, *keys]
    return Script(keys, questions(flows), BEEPS, talk, stay)


def read_keys(text: str) -> list[str]:
    """`1,2` or `12` -> [1, 2]; raises typer.BadParameter."""
    keys = [key for key in re.split(r"[,\s]*", text) if key]
    wrong = [key for key in keys if not KEY.fullmatch(key)]
    if wrong:
        raise typer.BadParameter(f"--keys: {', '.join(wrong)} is not on a phone")
    return keys


def _need_number(text: str, option: str) -> None:
    if not NUMBER.fullmatch(text):
        raise typer.BadParameter(f"{option}: {text!r} cannot be dialled; digits, * and # only")


def need_phones(site: "Site", extensions: list[str]) -> None:
    """Raises: NotFound for an extension the site has no phone for."""
    from ari_app.domain.errors import NotFound

    known = {phone.extension for phone in site.state.phones}
    for extension in extensions:
        if extension not in known:
            raise NotFound("phone", extension)


def _need_running(installation: "Installation", *, engine: bool) -> None:
    """A test call is worth while without the engine: the caller hears the fallback."""
    up = f"`{command_line(installation.site)} up`"
    if installation.asterisk.process.pid() is None:
        raise NotPossible("the hotline does not run, so nobody would answer", up)
    if engine and installation.engine.pid() is None:
        raise NotPossible("ari_app does not run, so no phone can log in", up)


async def find_call(site: "Site", caller: str, since: datetime) -> UUID | None:
    """The newest call of this caller; None when the record does not know it, or is away."""
    from ari_app.commands.database import database
    from ari_app.domain.errors import HotlineError
    from ari_app.lab.lab import until
    from ari_app.store.calls import CallFilter, CallSummary, recent

    found: list[CallSummary] = []

    filters = CallFilter(caller=re.sub(r"\D", "", caller), since=since)
    try:
        async with database(site) as db:

            async def recorded() -> bool:
                found.extend(await recent(db, limit=1, filters=filters))
                return bool(found)

            await until(recorded, RECORD_SECONDS, "a record of the call")
    except (TimeoutError, HotlineError):
        return None
    return found[0].call_id


def _ending(site: "Site", call_id: UUID | None) -> str:
    if call_id is None:
        return f"\nThe record does not know this call yet: `{command_line(site)} status`"
    return f"\ncall {call_id}\n{command_line(site)} calls show {str(call_id)[:8]}"
