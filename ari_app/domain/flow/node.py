"""What all types of nodes have in common, and what the checks of a flow ask of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, NamedTuple

import msgspec

from ari_app.domain.lookup import LookUp
from ari_app.domain.variables import NAME, OF_THE_CALL

KEYS = frozenset("0123456789*#")
LANGUAGES = ("zh", "en")
MORE_THAN_ZERO = ("tries", "within_seconds", "longest_seconds")


class Fault(NamedTuple):
    what: str
    cure: str


NO_PROMPT = Fault(
    "prompt {!r} is not in the manifest", "add it to sounds/manifest.toml and run `make sounds`"
)
NO_QUEUE = Fault("there is no queue {!r}", "name a queue that `hotline queues` lists")
NO_MAILBOX = Fault("there is no mailbox {!r}", "name a mailbox that is in the table mailbox")
NO_SCHEDULE = Fault("there is no schedule {!r}", "name one of the table schedule, or add it there")
NO_QUERY = Fault("there is no query {!r}", "name a query of dialplan/queries, or add it")
NO_FLOW = Fault("there is no flow {!r}", "name a flow of dialplan/flows")


@dataclass(frozen=True, slots=True)
class Face:
    """What other flows see of a flow: the arguments it takes, the results it can end with, the
    variables it writes."""

    arguments: Collection[str] = ()
    results: Collection[str] = ()
    writes: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What the nodes of a flow may name."""

    prompts: Collection[str]
    queues: Collection[str]
    mailboxes: Collection[str]
    flows: Mapping[str, Face] = field(default_factory=dict)
    schedules: Collection[str] = ()
    queries: Mapping[str, LookUp] = field(default_factory=dict)


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


class BaseNode(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True
):
    """A type overrides what is true of it. A node without exits ends its flow."""

    way: ClassVar[WayKind] = WayKind.ELSEWHERE
    """What a key that leads here from a queue does."""

    waits: ClassVar[bool] = False
    """Does it wait for the caller or for an agent? A circle of nodes needs one that does."""

    def exits(self) -> Mapping[str, str]:
        """Exit name -> the node that follows."""
        return {}

    def exits_at_once(self) -> Collection[str]:
        """Nodes it may lead to before the caller or an agent has done anything."""
        return () if self.waits else set(self.exits().values())

    def reaches_people(self) -> bool:
        """Can somebody be talked to through it?"""
        return False

    def passes_on(self) -> str | None:
        """The node that everybody goes on to whatever they do; None where that depends."""
        return None

    def opening(self) -> tuple[str, ...]:
        """What everybody hears first; empty where that depends on something."""
        return ()

    def prompts_used(self) -> Iterator[str]:
        yield from ()

    def keys_used(self) -> Collection[str]:
        return ()

    def queues_used(self) -> Collection[str]:
        return ()

    def mailboxes_used(self) -> Collection[str]:
        return ()

    def schedules_used(self) -> Collection[str]:
        return ()

    def queries_used(self) -> Collection[str]:
        return ()

    def flows_used(self) -> Collection[str]:
        return ()

    def reads(self) -> Iterable[str]:
        """Variables of the call that it needs."""
        return ()

    def writes(self) -> Iterable[str]:
        """Variables of the call that it sets."""
        return ()

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        """What is wrong with this type of node beyond what is checked of every node."""
        yield from ()


def empty(prompts: Collection[object]) -> Iterator[Fault]:
    if not prompts:
        yield Fault(
            "prompts is empty, the caller would hear nothing", "name a prompt, or remove the node"
        )


def every_fault(node: BaseNode, names: Names) -> Iterator[Fault]:
    """What is wrong with one node, whatever its type and whatever is around it."""
    for name in MORE_THAN_ZERO:
        if (value := getattr(node, name, 1)) <= 0:
            yield Fault(f"{name} is {value:g}, must be more than 0", "give it a value above 0")
    for key in node.keys_used():
        if key not in KEYS:
            yield Fault(f"key {key!r} is not on a phone", "use one of 0 to 9, * and #")
    yield from _unknown_names(node, names)
    for name in sorted({*node.reads(), *node.writes()} - OF_THE_CALL):
        if not NAME.fullmatch(name):
            yield Fault(
                f"{name!r} is no name of a variable",
                "use small letters, digits and _, a letter first, at most 32 of them",
            )
    for name in sorted(OF_THE_CALL.intersection(node.writes())):
        yield Fault(f"{name!r} cannot be set", "use a name of your own, without a dot")
    yield from node.faults(names)


def _unknown_names(node: BaseNode, names: Names) -> Iterator[Fault]:
    looked_up = (
        (node.prompts_used(), names.prompts, NO_PROMPT),
        (node.queues_used(), names.queues, NO_QUEUE),
        (node.mailboxes_used(), names.mailboxes, NO_MAILBOX),
        (node.flows_used(), names.flows, NO_FLOW),
        (node.schedules_used(), names.schedules, NO_SCHEDULE),
        (node.queries_used(), names.queries, NO_QUERY),
    )
    for used, known, (what, cure) in looked_up:
        yield from (Fault(what.format(name), cure) for name in used if name not in known)
