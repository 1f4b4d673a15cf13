"""`hotline why`: why a call got these agents, and why not others before."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ari_app.commands import show, timeline
from ari_app.commands.calls import identify
from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ari_app.store.call_offers import CallOffer, CallVisit


def add_to(app: typer.Typer) -> None:
    command(app, "why")(why)


async def why(
    terminal: Terminal,
    call: Annotated[str, typer.Argument(help="A call id, its beginning, or `last`.")],
) -> None:
    """Why this agent, why not sooner: each stay in a queue with the offers made in it."""
    from ari_app.commands.database import database
    from ari_app.store import call_offers

    async with database(terminal.site()) as db:
        call_id = await identify(db, call)
        visits = await call_offers.visits(db, call_id)
        offers = await call_offers.offers(db, call_id)
    document = {
        "call_id": call_id,
        "visits": visits,
        "offers": [told(offer, terminal.words.language) for offer in offers],
    }
    terminal.answer(document, lambda: "\n".join(story(visits, offers, terminal)))


def told(offer: "CallOffer", language: str) -> dict[str, Any]:
    """The offer with its reasons as sentences beside the raw ones."""
    return {
        "visit_id": offer.visit_id,
        "agent_id": offer.agent_id,
        "made_at": offer.made_at,
        "ended_at": offer.ended_at,
        "result": offer.result,
        "because": timeline.told({"why": offer.why}, language).splitlines(),
        "why": offer.why,
    }


def story(
    visits: "Sequence[CallVisit]", offers: "Sequence[CallOffer]", terminal: Terminal
) -> list[str]:
    words = terminal.words
    if not visits and not offers:
        return [words("never_queued")]
    lines: list[str] = []
    for visit in visits:
        result = words(visit.result) if visit.result else words("waiting")
        waited = show.duration(visit.wait_seconds)
        lines.append(f"{show.local_time(visit.entered_at)} {visit.queue}: {result}, {waited}")
        if visit.kept_by and visit.place_since:
            kept = words(f"kept.{visit.kept_by}")
            lines.append(f"  {kept.format(since=show.local_time(visit.place_since))}")
        mine = [offer for offer in offers if offer.visit_id == visit.visit_id]
        lines += [f"  {line}" for offer in mine for line in _offer(offer, terminal)]
        if not mine:
            lines.append(f"  {words('no_offer_made')}")
    past_the_queues = [offer for offer in offers if offer.visit_id is None]
    return lines + [line for offer in past_the_queues for line in _offer(offer, terminal)]


def _offer(offer: "CallOffer", terminal: Terminal) -> list[str]:
    words = terminal.words
    result = words(offer.result) if offer.result else words("reserved")
    head = f"{show.local_time(offer.made_at)} {words('agent')} {offer.agent_id}: {result}"
    because = timeline.told({"why": offer.why}, words.language).splitlines()
    return [head, *(f"  {sentence}" for sentence in because)]
