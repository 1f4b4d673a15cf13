"""The node `look-up`: asks a database or a service, and knows the answer by variables."""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from ari_app.domain.flow.node import BaseNode, Fault, Names
from ari_app.domain.variables import named_in


class LookingUp(BaseNode, frozen=True, kw_only=True, tag="look-up"):
    """`arguments` are the parameters of `query`, `{name}` for a variable's value; `variables`
    takes columns of the answer: variable = column. Who waits longer than a moment hears
    `meanwhile_prompt`, then music.

    `nothing`: there is no such thing. `failed`: nobody answered in time, or not sensibly.
    """

    query: str
    arguments: dict[str, str] = msgspec.field(default_factory=dict)
    variables: dict[str, str] = msgspec.field(default_factory=dict)
    meanwhile_prompt: str = "one-moment-please"
    found: str
    nothing: str
    failed: str

    def exits(self) -> Mapping[str, str]:
        return {"found": self.found, "nothing": self.nothing, "failed": self.failed}

    def prompts_used(self) -> Iterator[str]:
        yield self.meanwhile_prompt

    def queries_used(self) -> Collection[str]:
        return (self.query,)

    def reads(self) -> Iterator[str]:
        for text in self.arguments.values():
            yield from named_in(text)

    def writes(self) -> Iterator[str]:
        yield from self.variables

    def faults(self, names: Names) -> Iterator[Fault]:
        if (query := names.queries.get(self.query)) is None:
            return
        for name in sorted(set(self.arguments) - set(query.parameters)):
            yield Fault(f"query {self.query!r} has no parameter {name!r}", "correct the name")
        for name in sorted(set(query.parameters) - set(self.arguments)):
            yield Fault(f"query {self.query!r} needs {name!r}", "add it to `arguments`")
        for column in sorted(set(self.variables.values()) - set(query.columns)):
            yield Fault(
                f"query {self.query!r} has no column {column!r}",
                f"name one of its columns: {', '.join(query.columns)}",
            )
