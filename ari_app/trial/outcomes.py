"""What another version of the flows changes for callers: dialled number by hour by keys.

Every way of keys through a flow that touches a changed node is tried on both versions, at one
moment of each kind of hour. Ways that touch nothing changed cannot come out differently.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ari_app.domain.flow import Ask, Flow
from ari_app.domain.lookup import LookUp
from ari_app.trial.run import Trial, Trials
from ari_app.trial.situation import SILENCE, Openings, Situation

MOST_TRIED = 300  # pairs: what takes longer than a second helps nobody decide
WEEK_HOURS = 7 * 24


class Book(Protocol):
    """All flows of one version."""

    @property
    def version(self) -> str: ...
    @property
    def names(self) -> Collection[str]: ...
    def get(self, name: str) -> Flow: ...
    def query(self, name: str) -> LookUp: ...


@dataclass(frozen=True, slots=True)
class Number:
    """Dialled numbers that are treated alike; `pattern` names them, the first is tried."""

    pattern: str
    flow: str
    language: str


@dataclass(frozen=True, slots=True)
class Hours:
    """Moments of the week at which the same is open; `at` is one of them."""

    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are where the call ends; where that is the same, other words are heard
    on the way, or the way is another one."""

    number: str
    hours: str
    keys: str
    before: str
    after: str
    what: str  # end, words or path


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left_out`: how many situations were too many to try."""

    changes: Sequence[Change]
    tried: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Way:
    """Keys, and the nodes they lead through."""

    keys: str
    nodes: tuple[str, ...]


def compare(
    before: Book, after: Book, numbers: Sequence[Number], hours: Sequence[Hours], openings: Openings
) -> Comparison:
    situations = list(_situations(before, after, numbers, hours))
    tried = situations[:MOST_TRIED]
    changes: list[Change] = []
    with Trials(before, openings) as old, Trials(after, openings) as new:
        for number, hour, way in tried:
            situation = Situation(
                hour.at, _dialled(number.pattern), "13900000000", way, language=number.language
            )
            was = old.run(before.get(number.flow), situation)
            will = new.run(after.get(number.flow), situation)
            if what := _difference(was, will):
                row = Change(
                    number.pattern, hour.label, _shown(way), str(was.end), str(will.end), what
                )
                changes.append(row)
    return Comparison(changes, len(tried), len(situations) - len(tried))


def _situations(
    before: Book, after: Book, numbers: Sequence[Number], hours: Sequence[Hours]
) -> Iterator[tuple[Number, Hours, str]]:
    changed = _changed(before, after)
    for number in numbers:
        flows = (before.get(number.flow), after.get(number.flow))
        is_other = flows[0].name != flows[1].name or flows[0].start != flows[1].start
        keys: dict[str, None] = {}
        for flow in flows:
            touched = changed.get(flow.name, set())
            keys |= {
                way.keys: None
                for way in ways(flow)
                if is_other or not touched.isdisjoint(way.nodes)
            }
        yield from ((number, hour, way) for way in keys for hour in hours)


def _difference(was: Trial, will: Trial) -> str:
    if was.end != will.end:
        return "end"
    if was.heard != will.heard:
        return "words"
    return "path" if was.path != will.path else ""


def _changed(before: Book, after: Book) -> Mapping[str, set[str]]:
    """Nodes that are new, gone or different, by flow; and those that lead into a changed flow."""
    names = {*before.names, *after.names}
    found: dict[str, set[str]] = {name: set() for name in names}
    for name in names:
        old, new = _nodes(before, name), _nodes(after, name)
        found[name] = {one for one in old.keys() | new.keys() if old.get(one) != new.get(one)}
    for _ in names:  # through as many flows as there are
        for name in names:
            for node_name, node in {**_nodes(before, name), **_nodes(after, name)}.items():
                if any(found.get(led) for led in node.flows_used()):
                    found[name].add(node_name)
    return found


def _nodes(book: Book, name: str) -> Mapping[str, Any]:
    return book.get(name).node if name in book.names else {}


def ways(flow: Flow) -> Iterator[Way]:
    """One to each node, and one through each key, by the shortest way there."""
    ahead = deque([(flow.start, Way("", ()))])
    seen: set[str] = set()
    while ahead:
        name, way = ahead.popleft()
        here = Way(way.keys, (*way.nodes, name))
        yield here
        if name in seen or name not in flow.node:
            continue
        seen.add(name)
        node = flow.node[name]
        for exit, target in node.exits().items():
            ahead += ((target, Way(way.keys + keys, here.nodes)) for keys in _pressed(node, exit))


def _pressed(node: Any, exit: str) -> Collection[str]:
    """What makes a caller leave a node by this exit, as far as keys do."""
    keys = node.keys_used()
    if exit in keys:
        return (exit,)
    if exit == "otherwise" and hasattr(node, "tries"):
        return (SILENCE * node.tries,)
    if isinstance(node, Ask) and exit == "next":
        return (_number(node),)
    if not keys:
        return ("",)
    return tuple(keys) if exit == "next" else ()  # every key leads on, or none does


def _number(node: Ask) -> str:
    end = "#" if node.shortest < node.longest else ""
    return "1" * node.shortest + end + ("1" if node.confirm else "")


def kinds_of_hours(
    queues: Collection[str], schedules: Collection[str], openings: Openings, now: datetime
) -> Sequence[Hours]:
    """The hours of the week from `now` on, brought together by what is open then."""
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=30)
    kinds: dict[tuple[object, ...], list[datetime]] = {}
    for hour in range(WEEK_HOURS):
        at = start + timedelta(hours=hour)
        lines = (openings.is_open(queue, at) for queue in sorted(queues))
        named = (openings.standing(schedule, at).why for schedule in sorted(schedules))
        kinds.setdefault((*lines, *named), []).append(at)
    if len(kinds) == 1:
        return [Hours("at any hour", start)]
    return [Hours(_label(moments), moments[0]) for moments in kinds.values()]


def _label(moments: Sequence[datetime]) -> str:
    return f"{moments[0]:%a %H:%M} and {len(moments) - 1} more hours of the week"


def _dialled(pattern: str) -> str:
    first = pattern.partition(",")[0].replace("_", "0").rstrip("%")
    return first if first.isdecimal() else ""


def _shown(keys: str) -> str:
    return ",".join(keys) or "none"
