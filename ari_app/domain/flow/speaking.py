"""Nodes that speak and do not listen: `say`, `hangup`."""

from collections.abc import Iterator, Mapping

from ari_app.domain.flow.lines import (
    Lines,
    faults_in,
    only_prompts,
    prompts_in,
    variables_in,
)
from ari_app.domain.flow.node import BaseNode, Fault, Names, empty


class Say(BaseNode, frozen=True, kw_only=True, tag="say"):
    """Prompts, and values between them, one after the other. A key answers the question that
    follows; it also ends the prompts, unless they must be heard."""

    prompts: Lines
    interruptible: bool = True
    next: str

    def exits(self) -> Mapping[str, str]:
        return {"next": self.next}

    def passes_on(self) -> str:
        return self.next

    def opening(self) -> tuple[str, ...]:
        return only_prompts(self.prompts)

    def prompts_used(self) -> Iterator[str]:
        return prompts_in(self.prompts)

    def reads(self) -> Iterator[str]:
        return variables_in(self.prompts)

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        yield from empty(self.prompts)
        yield from faults_in(self.prompts)


class Hangup(BaseNode, frozen=True, kw_only=True, tag="hangup"):
    """Says goodbye and ends the call."""

    prompts: tuple[str, ...] = ("goodbye",)

    def prompts_used(self) -> Iterator[str]:
        yield from self.prompts
