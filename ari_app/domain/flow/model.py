"""A flow, as it is read from its file."""

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import PurePath

import msgspec

from ari_app.domain.errors import BadFlow
from ari_app.domain.finding import error, misshapen
from ari_app.domain.flow.kinds import Node
from ari_app.domain.flow.node import Face, WayKind, WayOut
from ari_app.domain.flow.passing import Return
from ari_app.domain.flow.waiting import Queue


class Flow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`arguments` are variables that whoever leads here has set. `version` is the digest of the
    text it was read from."""

    name: str
    title: dict[str, str] = {}
    start: str
    arguments: tuple[str, ...] = ()
    node: dict[str, Node]
    version: str = ""

    @property
    def opening(self) -> tuple[str, ...]:
        """What every caller hears first; empty where that depends on something."""
        first = self.node.get(self.start)
        return first.opening() if first else ()

    @property
    def face(self) -> Face:
        nodes = self.node.values()
        return Face(
            arguments=self.arguments,
            results={node.result for node in nodes if isinstance(node, Return)},
            writes={name for node in nodes for name in node.writes()},
        )

    def ways_out(self, node: str) -> Mapping[str, WayOut]:
        """Of a queue, by key; other nodes have none."""
        waiting = self.node[node]
        keys = waiting.keys if isinstance(waiting, Queue) else {}
        return {key: self._way_to(self.node[target]) for key, target in keys.items()}

    @staticmethod
    def _way_to(node: Node) -> WayOut:
        is_queue = node.way is WayKind.OTHER_QUEUE
        return WayOut(node.way, next(iter(node.queues_used()), "") if is_queue else "")

    @property
    def leads_to(self) -> str | None:
        """The queue that every caller gets to whatever they do; None where they decide."""
        name: str | None = self.start
        seen = set[str]()
        while name in self.node and name not in seen:
            seen.add(name)
            node = self.node[name]
            if isinstance(node, Queue):
                return node.queue
            name = node.passes_on()
        return None

    def follow(self, node: str, exit: str) -> str:
        """The node behind an exit; BadFlow when the node's type returned one it does not name."""
        try:
            return self.node[node].exits()[exit]
        except KeyError:
            what = f"it has no exit {exit!r}"
            raise BadFlow(
                [error(self.name, f"node {node!r}", what, "see dialplan/README.md")]
            ) from None


def read_flow(text: str, source: str) -> Flow:
    """A flow from TOML.

    Raises:
        BadFlow: not TOML, or not shaped like a flow; says where in `source`.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    try:
        flow = msgspec.convert(tomllib.loads(text), Flow)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as bad:
        raise BadFlow([misshapen(PurePath(source).name, str(bad))]) from bad
    return msgspec.structs.replace(flow, version=digest)
