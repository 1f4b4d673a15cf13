"""Nodes that lead from one flow to another: `call`, `return`, `go-on`."""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from ari_app.domain.flow.node import BaseNode, Fault, Names
from ari_app.domain.variables import named_in

DEEPEST = 8
"""Calls within calls; further down a flow would never come back for a caller to notice."""


class _ToAFlow(BaseNode, frozen=True, kw_only=True):
    """`arguments` are variables set before the other flow begins; `{name}` stands for a value."""

    flow: str
    arguments: dict[str, str] = msgspec.field(default_factory=dict)

    def flows_used(self) -> Collection[str]:
        return (self.flow,)

    def reads(self) -> Iterator[str]:
        for text in self.arguments.values():
            yield from named_in(text)

    def writes(self) -> Iterator[str]:
        yield from self.arguments

    def faults(self, names: Names) -> Iterator[Fault]:
        if (face := names.flows.get(self.flow)) is None:
            return
        for name in sorted(set(self.arguments) - set(face.arguments)):
            yield Fault(
                f"flow {self.flow!r} takes no argument {name!r}",
                f"take it away, or add it to `arguments` of {self.flow}",
            )
        for name in sorted(set(face.arguments) - set(self.arguments)):
            yield Fault(f"flow {self.flow!r} needs the argument {name!r}", "add it to `arguments`")


class Call(_ToAFlow, frozen=True, kw_only=True, tag="call"):
    """Another flow inside this one. Its `return` nodes name results; each is an exit here.

    `failed`: calls within calls were too deep.
    """

    results: dict[str, str]
    failed: str

    def exits(self) -> Mapping[str, str]:
        return {**self.results, "failed": self.failed}

    def faults(self, names: Names) -> Iterator[Fault]:
        yield from super().faults(names)
        if (face := names.flows.get(self.flow)) is None:
            return
        for result in sorted(set(face.results) - set(self.results)):
            yield Fault(f"flow {self.flow!r} can end with {result!r}", "add it to `results`")
        for result in sorted(set(self.results) - set(face.results)):
            yield Fault(
                f"flow {self.flow!r} never ends with {result!r}",
                f"take it away, or add a `return` node to {self.flow}",
            )


class Return(BaseNode, frozen=True, kw_only=True, tag="return"):
    """The end of a flow that another one called, with a result. A flow that nobody called ends
    the call here, with `prompts`."""

    result: str
    prompts: tuple[str, ...] = ("goodbye",)

    def prompts_used(self) -> Iterator[str]:
        yield from self.prompts


class GoOn(_ToAFlow, frozen=True, kw_only=True, tag="go-on"):
    """Another flow takes over, for good: where it returns to is where this one would have."""
