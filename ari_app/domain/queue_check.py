"""Everything that can be wrong with queues as they were set, each with its place."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ari_app.domain.acd.overflow import Destination, DestinationKind
from ari_app.domain.hours import opening_problems
from ari_app.domain.outbound import OutboundRules, e164
from ari_app.domain.staff import QueueConfig


@dataclass(frozen=True, slots=True)
class Known:
    """The names that queues may use. `flows`: each with the queue it leads to whatever the caller
    does, None where the caller is asked first. `needed`: queues that something leads to, each with
    what does."""

    skills: Collection[str]
    prompts: Collection[str]
    mailboxes: Collection[str] = ()
    flows: Mapping[str, str | None] = field(default_factory=dict)
    needed: Mapping[str, str] = field(default_factory=dict)


def queue_problems(queues: Sequence[QueueConfig], known: Known) -> list[str]:
    """Empty when callers can be led to all of these queues."""
    found: list[str] = []
    names = {queue.name for queue in queues}
    for queue in queues:
        found += queue.rules.problems(known.skills)
        found += _own_problems(queue, known)
        for place, to in queue.destinations():
            found += _destination_problems(place, to, known, names)
    found += [
        f"queue {name!r}: not in use, but {where} leads there"
        for name, where in known.needed.items()
        if name not in names
    ]
    return [*found, *_circles(queues, known)]


def _own_problems(queue: QueueConfig, known: Known) -> Iterator[str]:
    place = f"queue {queue.name!r}"
    for number, each in enumerate(queue.comfort, start=1):
        yield from each.problems(f"{place}, comfort {number}", known.prompts)
    for number, rule in enumerate(queue.overflow, start=1):
        if not 0 < rule.over < math.inf:
            yield f"{place}, overflow {number}: over {rule.over:g} is not a number above 0"
    yield from opening_problems(queue.hours.openings, f"{place}, hours")
    yield from queue.own_agents.problems(place, queue.max_wait_seconds)
    yield from queue.rescue.problems(place)


def _destination_problems(
    place: str, to: Destination, known: Known, queues: Collection[str]
) -> list[str]:
    if to.kind is DestinationKind.NUMBER:
        is_number = e164(to.name, OutboundRules()) is not None
        return [] if is_number else [f"{place}: number {to.name!r} is none that could be dialled"]
    there = {
        DestinationKind.QUEUE: queues,
        DestinationKind.MAILBOX: known.mailboxes,
        DestinationKind.FLOW: known.flows,
    }[to.kind]
    return [] if to.name in there else [f"{place}: there is no {to.kind.value} {to.name!r}"]


def _circles(queues: Sequence[QueueConfig], known: Known) -> Iterator[str]:
    """Callers would be sent round for ever. Each circle is told once, from its first queue."""
    leads = {queue.name: [*_leads(queue, known)] for queue in queues}
    told: set[frozenset[str]] = set()
    for queue in queues:
        for place, following in leads[queue.name]:
            way = _way_back(leads, following, queue.name)
            if way is not None and frozenset(way) not in told:
                told.add(frozenset(way))
                round_trip = " -> ".join((queue.name, *way))
                yield f"{place}: leads round in a circle, {round_trip}"


def _leads(queue: QueueConfig, known: Known) -> Iterator[tuple[str, str]]:
    for place, to in queue.destinations():
        if to.kind is DestinationKind.QUEUE:
            yield place, to.name
        elif to.kind is DestinationKind.FLOW and (following := known.flows.get(to.name)):
            yield place, following


def _way_back(
    leads: Mapping[str, Sequence[tuple[str, str]]], start: str, end: str
) -> tuple[str, ...] | None:
    """The queues from `start` to `end`, both included; None where there is no way."""
    ahead: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ahead:
        way = ahead.pop(0)
        if way[-1] == end:
            return way
        for _, following in leads.get(way[-1], ()):
            if following not in seen:
                seen.add(following)
                ahead.append((*way, following))
    return None
