"""`hotline calls` and `hotline calls show`: the record of calls, and the story of one."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from ari_app.commands import show, timeline
from ari_app.commands.moments import local_now, moment
from ari_app.commands.register import application, command, group
from ari_app.commands.terminal import Terminal
from ari_app.commands.trouble import NotPossible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ari_app.store.calls import CallSummary
    from ari_app.store.db import Db

COLUMNS = ("call", "arrived", "caller", "dialled", "outcome", "queues", "agents", "wait", "talk")
SHORT_ID = 8


def add_to(app: typer.Typer) -> None:
    family = application("The record of calls.")
    group(family)(listing)
    command(family, "show")(one)
    app.add_typer(family, name="calls")


async def listing(
    terminal: Terminal,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 20,
    caller: Annotated[str | None, typer.Option(help="Caller's number.")] = None,
    dialled: Annotated[str | None, typer.Option(help="Dialled number.")] = None,
    outcome: Annotated[
        str | None, typer.Option(help="talked, abandoned, left_message, ...")
    ] = None,
    agent: Annotated[int | None, typer.Option(help="An agent who talked.")] = None,
    live: Annotated[
        bool | None, typer.Option("--live/--ended", help="Only calls that go on, or that ended.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="30m, 2h, 7d, today or a date.")] = None,
) -> None:
    """Calls, newest first. `hotline calls show ID` tells the story of one."""
    from ari_app.commands.database import database
    from ari_app.store import calls

    filters = calls.CallFilter(
        since=moment(since, local_now()),
        caller=caller,
        dialled=dialled,
        outcome=known_outcome(outcome),
        agent_id=agent,
        is_live=live,
    )
    async with database(terminal.site()) as db:
        found = await calls.recent(db, limit=limit, filters=filters)
    terminal.answer(found, lambda: calls_picture(found, terminal))


def known_outcome(text: str | None) -> str | None:
    """Raises: typer.BadParameter, naming those there are."""
    from ari_app.domain.facts import Outcome

    if text is not None and text not in set(Outcome):
        raise typer.BadParameter(f"no outcome {text!r}; one of {show.listed(Outcome)}")
    return text


def calls_picture(found: "list[CallSummary]", terminal: Terminal) -> "RenderableType":
    words = terminal.words
    if not found:
        return words("nothing")
    return show.table(
        [words(column) for column in COLUMNS],
        [
            [
                str(call.call_id)[:SHORT_ID],
                show.local_time(call.arrived_at),
                call.caller,
                call.dialled,
                words(call.outcome or ("live" if call.ended_at is None else "")),
                show.listed(call.queues),
                show.listed(call.agents),
                show.duration(call.wait_seconds),
                show.duration(call.talk_seconds),
            ]
            for call in found
        ],
    )


async def one(
    terminal: Terminal,
    call: Annotated[str, typer.Argument(help="A call id, its beginning, or `last`.")],
) -> None:
    """Everything known of one call, in the order it happened."""
    from ari_app.commands.database import database
    from ari_app.store import calls

    async with database(terminal.site()) as db:
        call_id = await identify(db, call)
        summary = await calls.find(db, call_id)
        moments = await calls.timeline(db, call_id)
    document = {"call": summary, "timeline": timeline.entries(summary, moments)}
    terminal.answer(document, lambda: timeline.picture(summary, moments, terminal))


async def identify(db: "Db", text: str) -> UUID:
    """The one call meant.

    Raises:
        NotFound: there is none.
        NotPossible: there are several, or it cannot be an id.
    """
    from ari_app.domain.errors import NotFound
    from ari_app.store import call_ids, calls

    if text == "last":
        newest = await calls.recent(db, limit=1)
        found = [call.call_id for call in newest]
    else:
        try:
            found = await call_ids.beginning_with(db, text)
        except ValueError as error:
            raise NotPossible(str(error), "`hotline calls` lists them") from None
    if not found:
        raise NotFound("call", text)
    if len(found) > 1:
        raise NotPossible(f"several calls begin with {text!r}", "give more of the id")
    return found[0]
