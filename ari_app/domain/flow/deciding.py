"""Nodes that nobody hears: `set`, `branch`."""

from collections.abc import Collection, Iterator, Mapping

from ari_app.domain.flow.condition import Condition
from ari_app.domain.flow.node import BaseNode, Fault, Names
from ari_app.domain.variables import named_in


class Set(BaseNode, frozen=True, kw_only=True, tag="set"):
    """Sets variables; `{name}` stands for a value from before this node. "" forgets."""

    variables: dict[str, str]
    next: str

    def exits(self) -> Mapping[str, str]:
        return {"next": self.next}

    def passes_on(self) -> str:
        return self.next

    def reads(self) -> Iterator[str]:
        for text in self.variables.values():
            yield from named_in(text)

    def writes(self) -> Iterator[str]:
        yield from self.variables


class Branch(BaseNode, frozen=True, kw_only=True, tag="branch"):
    """The first of `cases` whose condition `when` is met names the exit; else `otherwise`."""

    class Case(Condition, frozen=True, kw_only=True):
        """A condition and where it leads. `exit` is the name of the exit."""

        exit: str
        to: str

    cases: tuple[Case, ...]
    otherwise: str

    def exits(self) -> Mapping[str, str]:
        return {**{case.exit: case.to for case in self.cases}, "otherwise": self.otherwise}

    def queues_used(self) -> Collection[str]:
        return {case.queue for case in self.cases if case.queue}

    def reads(self) -> Iterator[str]:
        yield from (case.variable for case in self.cases if case.variable)

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        if not self.cases:
            yield Fault("cases is empty", "name a case, or remove the node")
        seen: dict[str, str] = {"otherwise": self.otherwise}
        for case in self.cases:
            if seen.setdefault(case.exit, case.to) != case.to:
                what = f"exit {case.exit!r} leads to two nodes"
                yield Fault(what, "give the cases names of their own")
            if not case.is_anything:
                yield Fault(f"case {case.exit!r} asks nothing", "say when, or use `otherwise`")
            yield from case.faults()
