"""What a caller has been through with us lately, and what it earns: one agent rather than any
other, and a place in line that was lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from ari_app.domain.acd.contact import Wish, WishKind
from ari_app.domain.facts import EndReason

FARTHEST_TALK = 30 * 86_400.0  # seconds that the record is searched for who talked with a caller
FARTHEST_LOSS = 86_400.0  # and for a place that was lost
CUT_OFF = frozenset(
    {
        EndReason.NO_AUDIO,
        EndReason.TRUNK_LOST,
        EndReason.PBX_RESTART,
        EndReason.ENDED_WHILE_AWAY,
        EndReason.FAULT,
    }
)


class RescueFor(StrEnum):
    """Who has the old place again on calling again soon."""

    NOBODY = "nobody"
    CUT_OFF = "cut_off"  # whose call ended, as far as can be told, by nobody's wish
    ALL = "all"


class KeptBy(StrEnum):
    """Why a place in line counts from an earlier time than the caller came."""

    CUT_OFF = "cut_off"  # the call before was cut off while waiting
    TALK_CUT_OFF = "talk_cut_off"  # or while talking with an agent
    CALLED_AGAIN = "called_again"  # the caller hung up while waiting
    CALLBACK = "callback"  # a call back was booked


class Talk(msgspec.Struct, frozen=True):
    """An agent who talked with the caller, and when it began."""

    agent: int
    at: datetime


class LastStay(msgspec.Struct, frozen=True):
    """The last call that came to a queue: `places` since when it stood in which; `agent` who was
    talking with the caller when it ended, None for who was waiting."""

    places: dict[UUID, datetime]
    ended_at: datetime
    end_reason: EndReason
    agent: int | None = None

    @property
    def was_cut_off(self) -> bool:
        return self.end_reason in CUT_OFF


class Past(msgspec.Struct, frozen=True, omit_defaults=True):
    """`preferred` is the customer's own agent; `callbacks` the places of calls we owe, by queue."""

    preferred: int | None = None
    last: Talk | None = None
    stay: LastStay | None = None
    callbacks: dict[UUID, datetime] = {}


NO_PAST = Past()


@dataclass(frozen=True, slots=True)
class OwnAgents:
    """What a queue gives for one agent: seconds a caller waits for nobody else; 0: not at all.
    `last_within`: for so many seconds after a talk its agent is the one."""

    named: float = 20.0
    preferred: float = 20.0
    last: float = 0.0
    last_within: float = 86_400.0

    def problems(self, place: str, longest_wait: float) -> list[str]:
        patience = {"named": self.named, "preferred": self.preferred, "last": self.last}
        found = [
            f"{place}: {name}_agent_seconds {seconds:g} is not below max_wait_seconds"
            f" {longest_wait:g}, nobody else would ever be asked; make it shorter"
            for name, seconds in patience.items()
            if seconds >= longest_wait
        ]
        if self.last_within > FARTHEST_TALK:
            found.append(
                f"{place}: last_agent_within_seconds {self.last_within:.0f} is more than"
                f" {FARTHEST_TALK:.0f}, the farthest back that anybody looks"
            )
        return found


@dataclass(frozen=True, slots=True)
class Rescue:
    """Who calls again within so many seconds of the end has the old place."""

    whom: RescueFor = RescueFor.CUT_OFF
    within: float = 300.0

    def problems(self, place: str) -> list[str]:
        if self.within <= FARTHEST_LOSS:
            return []
        return [
            f"{place}: rescue_within_seconds {self.within:.0f} is more than {FARTHEST_LOSS:.0f},"
            " the farthest back that anybody looks"
        ]


NORMAL_PATIENCE = OwnAgents()
NORMAL_RESCUE = Rescue()


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """`agent`: whose talk with the caller was cut off."""

    since: datetime
    by: KeptBy
    agent: int | None = None

    def saved_as(self) -> dict[str, str]:
        """As a place in line takes it, and gives it back."""
        saved = {"since": self.since.isoformat(), "kept_by": self.by.value}
        return saved | ({"cut_off_from": str(self.agent)} if self.agent is not None else {})


def kept_place(past: Past, queue: UUID, rescue: Rescue, arrived_at: datetime) -> KeptPlace | None:
    """What a caller who arrived then, and now enters the queue, has kept there. A call back that
    we owe keeps its place whatever the queue says: that was promised."""
    stay = past.stay
    if stay is not None and queue in stay.places and _is_rescued(stay, rescue, arrived_at):
        if stay.agent is not None:
            return KeptPlace(stay.places[queue], KeptBy.TALK_CUT_OFF, stay.agent)
        by = KeptBy.CUT_OFF if stay.was_cut_off else KeptBy.CALLED_AGAIN
        return KeptPlace(stay.places[queue], by)
    if queue in past.callbacks:
        return KeptPlace(past.callbacks[queue], KeptBy.CALLBACK)
    return None


def _is_rescued(stay: LastStay, rescue: Rescue, arrived_at: datetime) -> bool:
    if (arrived_at - stay.ended_at).total_seconds() > rescue.within:
        return False
    if rescue.whom is RescueFor.ALL and stay.agent is None:
        return True  # who hung up on an agent had finished
    return rescue.whom is not RescueFor.NOBODY and stay.was_cut_off


def wishes(
    past: Past, own: OwnAgents, now: datetime, *, named: int | None, cut_off_from: int | None
) -> list[Wish]:
    """Whom the caller would rather have, first of all first."""
    found: list[Wish] = []
    if named is not None and own.named:
        found.append(Wish(str(named), own.named, WishKind.NAMED))
    if cut_off_from is not None:
        found.append(Wish(str(cut_off_from), 0.0, WishKind.CUT_OFF))
    if past.preferred is not None and own.preferred:
        found.append(Wish(str(past.preferred), own.preferred, WishKind.PREFERRED))
    last = past.last
    if last and own.last and (now - last.at).total_seconds() <= own.last_within:
        found.append(Wish(str(last.agent), own.last, WishKind.LAST))
    return found


def wish_after(
    wishes: Sequence[Wish], waited: float, is_here: Callable[[str], bool]
) -> Wish | None:
    """The first whose agent is here; the very first when none is, so that the record says so.
    What is left of its patience after so many seconds of waiting; None for none."""
    wish = next((one for one in wishes if is_here(one.agent)), next(iter(wishes), None))
    if wish is None or not wish.patience:
        return wish
    left = wish.patience - waited
    return Wish(wish.agent, left, wish.kind) if left > 0 else None
