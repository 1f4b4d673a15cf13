"""A flow: what a caller experiences, as data. Nodes have a type and named exits."""

import hashlib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

import msgspec

from ari_app.domain.errors import BadFlow

KEYS = frozenset("0123456789*#")
LANGUAGES = ("zh", "en")
MORE_THAN_ZERO = ("tries", "within_seconds", "longest_seconds")


class _Node(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True
):
    def exits(self) -> Mapping[str, str]:
        """Exit name -> the node that follows."""
        return {}

    def prompts_used(self) -> Iterator[str]:
        yield from ()

    def keys_used(self) -> Collection[str]:
        return ()


class Say(_Node, frozen=True, kw_only=True, tag="say"):
    """Prompts one after the other. A key answers the question that follows; it also ends the
    prompts, unless they must be heard."""

    prompts: tuple[str, ...]
    interruptible: bool = True
    next: str

    def exits(self) -> Mapping[str, str]:
        return {"next": self.next}

    def prompts_used(self) -> Iterator[str]:
        yield from self.prompts


class Language(_Node, frozen=True, kw_only=True, tag="language"):
    """Asks for the language; silence or any other key keeps the one of the route."""

    prompts: tuple[str, ...]
    keys: dict[str, str]
    within_seconds: float = 5.0
    next: str

    def exits(self) -> Mapping[str, str]:
        return {"next": self.next}

    def prompts_used(self) -> Iterator[str]:
        yield from self.prompts

    def keys_used(self) -> Collection[str]:
        return self.keys


class Menu(_Node, frozen=True, kw_only=True, tag="menu"):
    """One key leads on. After `tries` wrong or silent answers: `otherwise`."""

    prompts: tuple[str, ...]
    keys: dict[str, str]
    tries: int = 3
    within_seconds: float = 6.0
    wrong_key_prompt: str = "not-understood"
    no_key_prompt: str = "no-key-heard"
    otherwise: str

    def exits(self) -> Mapping[str, str]:
        return {**self.keys, "otherwise": self.otherwise}

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, self.wrong_key_prompt, self.no_key_prompt)

    def keys_used(self) -> Collection[str]:
        return self.keys


class Queue(_Node, frozen=True, kw_only=True, tag="queue"):
    """Waits for an agent and talks. `keys` lead out of the line while waiting.

    `served`: the queue sent the caller on to a mailbox, and the message is taken; as `talked`
    unless it is set. `closed`: as `nobody`, after `closed_prompts`.
    """

    queue: str
    prompts: tuple[str, ...] = ("please-hold-connecting",)
    busy_prompts: tuple[str, ...] = ("all-agents-busy",)
    comfort_prompts: tuple[str, ...] = ("thank-you-for-waiting",)
    closed_prompts: tuple[str, ...] = ("closed-hours",)
    sent_on_prompts: tuple[str, ...] = ("passing-you-on",)
    keys: dict[str, str] = {}
    talked: str
    timeout: str
    nobody: str
    closed: str = ""
    served: str = ""

    def exits(self) -> Mapping[str, str]:
        return {
            **self.keys,
            "talked": self.talked,
            "timeout": self.timeout,
            "nobody": self.nobody,
            "closed": self.closed or self.nobody,
            "served": self.served or self.talked,
        }

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, *self.busy_prompts, *self.comfort_prompts)
        yield from (*self.closed_prompts, *self.sent_on_prompts)

    def keys_used(self) -> Collection[str]:
        return self.keys


class Mailbox(_Node, frozen=True, kw_only=True, tag="mailbox"):
    """Takes a message. Most callers end it by hanging up, so `next` is often not reached."""

    mailbox: str
    prompts: tuple[str, ...] = ("leave-message-after-tone",)
    longest_seconds: float = 120.0
    shortest_seconds: float = 1.0
    next: str

    def exits(self) -> Mapping[str, str]:
        return {"next": self.next}

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, "message-saved", "message-too-short")


class Callback(_Node, frozen=True, kw_only=True, tag="callback"):
    """Books a call back, to the caller's number or one keyed in: it keeps the place the caller had
    in `queue`. Who declines goes back there and has the place again."""

    queue: str
    booked: str
    declined: str
    tries: int = 3
    within_seconds: float = 6.0

    def exits(self) -> Mapping[str, str]:
        return {"booked": self.booked, "declined": self.declined}


class Hangup(_Node, frozen=True, kw_only=True, tag="hangup"):
    """Says goodbye and ends the call."""

    prompts: tuple[str, ...] = ("goodbye",)

    def prompts_used(self) -> Iterator[str]:
        yield from self.prompts


Node = Say | Language | Menu | Queue | Mailbox | Callback | Hangup


class WayKind(StrEnum):
    """What a key does for a caller who waits; the value is written as how the queue was left."""

    CALLBACK = "callback"
    MAILBOX = "mailbox"
    OTHER_QUEUE = "other_queue"
    MENU = "menu"
    ELSEWHERE = "key"


@dataclass(frozen=True, slots=True)
class WayOut:
    """`queue` is the other queue that is waited in then; empty for the other kinds."""

    kind: WayKind
    queue: str = ""


def _way_to(node: Node) -> WayOut:
    match node:
        case Callback():
            return WayOut(WayKind.CALLBACK)
        case Mailbox():
            return WayOut(WayKind.MAILBOX)
        case Queue():
            return WayOut(WayKind.OTHER_QUEUE, node.queue)
        case Menu() | Language():
            return WayOut(WayKind.MENU)
        case _:
            return WayOut(WayKind.ELSEWHERE)


class Flow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`version` is the digest of the text it was read from."""

    name: str
    title: dict[str, str] = {}
    start: str
    node: dict[str, Node]
    version: str = ""

    @property
    def opening(self) -> tuple[str, ...]:
        """What every caller hears first; empty where that depends on something."""
        first = self.node.get(self.start)
        return first.prompts if isinstance(first, Say | Language | Menu) else ()

    def ways_out(self, node: str) -> Mapping[str, WayOut]:
        """Of a queue, by key; other nodes have none."""
        waiting = self.node[node]
        keys = waiting.keys if isinstance(waiting, Queue) else {}
        return {key: _way_to(self.node[target]) for key, target in keys.items()}

    @property
    def leads_to(self) -> str | None:
        """The queue that every caller gets to whatever they do; None where they decide."""
        name, seen = self.start, set[str]()
        while name in self.node and name not in seen:
            seen.add(name)
            node = self.node[name]
            if isinstance(node, Queue):
                return node.queue
            if not isinstance(node, Say | Language):
                return None
            name = node.next
        return None

    def follow(self, node: str, exit: str) -> str:
        """The node behind an exit; BadFlow when the node's type returned one it does not name."""
        try:
            return self.node[node].exits()[exit]
        except KeyError:
            raise BadFlow([f"{self.name}: node {node!r} has no exit {exit!r}"]) from None


def read_flow(text: str, source: str) -> Flow:
    """A flow from TOML.

    Raises:
        BadFlow: not TOML, or not shaped like a flow; says where in `source`.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    try:
        flow = msgspec.convert(tomllib.loads(text), Flow)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadFlow([f"{PurePath(source).name}: {error}"]) from error
    return msgspec.structs.replace(flow, version=digest)


def problems(
    flow: Flow, *, prompts: Collection[str], queues: Collection[str], mailboxes: Collection[str]
) -> list[str]:
    """Everything that would go wrong with callers in this flow; empty when it can be run."""
    found = []
    if flow.start not in flow.node:
        found.append(f"{flow.name}: start {flow.start!r} is no node; name one of its nodes")
    for name, node in flow.node.items():
        place = f"{flow.name}, node {name!r}"
        found += _bad_exits(flow, node, place)
        found += _bad_values(node, place)
        found += [
            f"{place}: key {key!r} is not on a phone" for key in node.keys_used() if key not in KEYS
        ]
        found += [
            f"{place}: prompt {used!r} is not in the manifest"
            for used in node.prompts_used()
            if used not in prompts
        ]
        found += _unknown_names(node, place, queues, mailboxes)
    found += [
        f"{flow.name}, node {name!r}: `nobody` leads round in a circle, and nothing is said there"
        for name in flow.node
        if _leads_round(flow, name)
    ]
    unreached = set(flow.node) - _reachable(flow)
    found += [f"{flow.name}, node {name!r}: no way leads here" for name in sorted(unreached)]
    return found


def _bad_exits(flow: Flow, node: Node, place: str) -> list[str]:
    return [
        f"{place}: exit {exit!r} leads to {target!r}, which is no node"
        for exit, target in node.exits().items()
        if target not in flow.node
    ]


def _bad_values(node: Node, place: str) -> list[str]:
    found = [
        f"{place}: {name} is {value:g}, must be more than 0"
        for name in MORE_THAN_ZERO
        if (value := getattr(node, name, 1)) <= 0
    ]
    if isinstance(node, Say | Language | Menu) and not node.prompts:
        found.append(f"{place}: prompts is empty, the caller would hear nothing")
    return found


def _leads_round(flow: Flow, start: str) -> bool:
    """Queues without agents that lead to each other: a loop that never waits for anything."""
    name, seen = start, set[str]()
    while name not in seen and isinstance(node := flow.node.get(name), Queue):
        seen.add(name)
        name = node.nobody
    return name == start and name in seen


def _unknown_names(
    node: Node, place: str, queues: Collection[str], mailboxes: Collection[str]
) -> list[str]:
    if isinstance(node, Queue | Callback) and node.queue not in queues:
        return [f"{place}: there is no queue {node.queue!r}"]
    if isinstance(node, Mailbox) and node.mailbox not in mailboxes:
        return [f"{place}: there is no mailbox {node.mailbox!r}"]
    if isinstance(node, Language):
        return [
            f"{place}: {code!r} is no language of ours"
            for code in node.keys.values()
            if code not in LANGUAGES
        ]
    return []


def _reachable(flow: Flow) -> set[str]:
    seen: set[str] = set()
    ahead = [flow.start]
    while ahead:
        name = ahead.pop()
        if name in flow.node and name not in seen:
            seen.add(name)
            ahead += flow.node[name].exits().values()
    return seen
