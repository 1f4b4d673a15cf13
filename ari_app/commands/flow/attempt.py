"""`hotline flow try`: a call that nobody makes, with the path and every word."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ari_app.commands.terminal import Terminal
from ari_app.commands.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from ari_app.commands.flow.ground import Ground
    from ari_app.trial.run import Trial
    from ari_app.trial.situation import Situation
    from ari_app.trial.words import Texts
    from ari_app.workers.flow_book import FlowBook

HEADINGS = ("node", "caller_hears", "keys", "exit")
AGENTS = Literal["wait", "answer", "busy", "nobody"]
TIERS = Literal["normal", "silver", "gold", "vip"]


@dataclass(frozen=True, slots=True)
class StepTold:
    """`prompts` are their names, `words` what they say, `keys` what was pressed (- is silence)."""

    flow: str
    node: str
    prompts: list[str]
    words: str
    keys: str
    exit: str


@dataclass(frozen=True, slots=True)
class Told:
    """`end` is where the call ends: queue orders, mailbox hotline, hangup, ..."""

    at: str
    flow: str
    version: str
    steps: list[StepTold]
    end: str
    note: str


async def attempt(
    terminal: Terminal,
    at: Annotated[
        str, typer.Option(help="When: `Sat 18:05`, `18:05`, `2026-12-25 10:00`; else now.")
    ] = "",
    to: Annotated[str, typer.Option(help="The dialled number; its route says which flow.")] = "",
    caller: Annotated[str, typer.Option("--from", help="The caller's number.")] = "",
    keys: Annotated[
        str, typer.Option(help="Pressed one by one, each once asked for; - is silence.")
    ] = "",
    flow: Annotated[str, typer.Option(help="This flow, whatever the number's route says.")] = "",
    tier: Annotated[TIERS | None, typer.Option(help="Else the known customer's.")] = None,
    language: Annotated[
        Literal["zh", "en"] | None, typer.Option(help="Else the known customer's, or the route's.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE: a variable of the call.")
    ] = None,
    agents: Annotated[
        AGENTS, typer.Option(help="wait: the trial ends in the line; what else agents do there.")
    ] = "wait",
    live: Annotated[
        bool, typer.Option("--live", help="The published version, not the files.")
    ] = False,
) -> None:
    """Try a call without making one: its path, and every word the caller would hear.

    The nodes run as in the engine; telephony, agents and time are imagined.
    """
    import asyncio
    from dataclasses import replace

    from ari_app.commands.flow.books import file_book, live_book
    from ari_app.commands.flow.ground import ground_of, known_site
    from ari_app.commands.flow.moment import coming
    from ari_app.trial.situation import Agents, read_keys

    site = known_site(terminal)
    ground = await ground_of(site)
    book = await live_book(terminal.site()) if live else file_book()
    known = await _known_caller(terminal, ground, to, caller)
    try:
        situation = replace(
            known,
            at=coming(at, ground.now()) if at else known.at,
            keys=read_keys(keys),
            variables=_variables(set_ or ()),
            agents=Agents(agents),
            tier=tier or known.tier,
            language=language or known.language,
        )
    except ValueError as bad:
        raise typer.BadParameter(str(bad)) from None
    if flow and flow not in book.names:
        raise typer.BadParameter(f"there is no flow {flow!r}; `hotline flow list` lists them")
    name = flow or ground.route(to).flow
    trial = await asyncio.to_thread(run, book, ground, name, situation)
    told = as_told(trial, situation.at.isoformat(), book.version, ground.texts)
    terminal.answer(told, lambda: picture(told, terminal.words))


def run(book: "FlowBook", ground: "Ground", flow: str, situation: "Situation") -> "Trial":
    from ari_app.trial.run import Trials

    with Trials(book, ground) as trials:
        return trials.run(book.get(flow), situation)


async def _known_caller(terminal: Terminal, ground: "Ground", to: str, caller: str) -> "Situation":
    """As the route of the number and the customer's own row have it."""
    from ari_app.commands.database import database
    from ari_app.store import routes
    from ari_app.trial.situation import Situation

    route = ground.route(to)
    tier, language = route.tier, route.language
    if caller and ground.source == "database":
        async with database(terminal.site()) as db:
            customer = await routes.customer(db, dialled=to, caller=caller)
        if customer is not None:
            tier, language = customer.tier, customer.language or language
    return Situation(
        ground.now(), to, caller, tier=tier, language=language, priority=route.priority
    )


def _variables(given: "Iterable[str]") -> dict[str, str]:
    """Raises: ValueError."""
    found = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise ValueError(f"{one!r} is not NAME=VALUE")
        found[name] = value
    return found


def as_told(trial: "Trial", at: str, version: str, texts: "Texts") -> Told:
    from ari_app.trial.words import sentence

    steps = [
        StepTold(
            step.flow,
            step.node,
            [prompt for _, prompt in step.heard],
            sentence(step.heard, texts),
            step.keys,
            step.exit,
        )
        for step in trial.steps
    ]
    return Told(at, trial.flow, version, steps, str(trial.end), trial.note)


def picture(told: Told, words: Words) -> "RenderableType":
    from rich.console import Group
    from rich.text import Text

    from ari_app.commands import show

    rows = [
        [
            Text(step.node if step.flow == told.flow else f"{step.flow}/{step.node}", "bold"),
            step.words,
            ",".join(step.keys),
            step.exit,
        ]
        for step in told.steps
    ]
    end = Text(
        f"{words('ends')}: {told.end}", style="bold green" if not told.note else "bold yellow"
    )
    if told.note:
        end.append(f" ({told.note})")
    head = f"{told.flow} at {told.at}, flows {told.version}"
    return Group(head, show.table([words(heading) for heading in HEADINGS], rows), end)
