"""Which agent a call would rather have than any other, and whom it should not ring again."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ari_app.domain.acd.contact import Wish
from ari_app.domain.acd.past import wish_after, wishes
from ari_app.domain.errors import NotFound
from ari_app.workers.outlook import AT_WORK
from ari_app.workers.roster import Roster

if TYPE_CHECKING:
    from ari_app.workers.place import QueuePlace


KEPT = ("kept_by", "cut_off_from")  # of a place that was kept from an earlier call


def wish_of(place: "QueuePlace", now: datetime, roster: Roster) -> Wish | None:
    call, queue = place.call, place.queue
    cut_off_from = place.kept.get("cut_off_from")
    found = wishes(
        call.past,
        queue.own_agents,
        now,
        named=call.named_agent,
        cut_off_from=int(cut_off_from) if cut_off_from else None,
    )
    waited = (now - place.entered).total_seconds()
    return wish_after(found, waited, partial(_is_here, roster))


def _is_here(roster: Roster, agent_id: str) -> bool:
    """At work, busy or not, at a phone that can be reached?"""
    try:
        seat = roster.seat(int(agent_id))
    except NotFound:
        return False
    return seat.state in AT_WORK and not seat.is_unreachable


def excluded(place: "QueuePlace", now: datetime) -> frozenset[str]:
    """Who refused or missed this caller a moment ago, in whatever queue."""
    seconds = place.queue.rules.exclusion_seconds
    return frozenset(
        str(agent)
        for agent, at in place.call.missed_by.items()
        if (now - at).total_seconds() < seconds
    )
