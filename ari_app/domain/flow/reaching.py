"""Nodes that lead to one party: `agent`, `transfer`."""

from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar

import msgspec

from ari_app.domain.flow.node import BaseNode, Fault, Names
from ari_app.domain.flow.passing import GoOn
from ari_app.domain.outbound import DIALLED
from ari_app.domain.transfer import agent_number
from ari_app.domain.variables import named_in

LONGEST_PATIENCE = 600.0


class Agent(BaseNode, frozen=True, kw_only=True, tag="agent"):
    """Rings one agent, by number 工号; `{name}` stands for a variable. Who is busy is waited for,
    `patience_seconds` long; `keys` lead out meanwhile.

    `away`: not at work, or without a phone. `unknown`: no agent has this number; as `away` unless
    it is set. `lost`: the talk ended by a fault; as `no_answer` unless it is set.
    """

    waits: ClassVar = True

    agent: str
    prompts: tuple[str, ...] = ("please-hold-connecting",)
    busy_prompts: tuple[str, ...] = ("agent-busy-please-hold",)
    patience_seconds: float = 20.0
    keys: dict[str, str] = msgspec.field(default_factory=dict)
    talked: str
    busy: str
    no_answer: str
    away: str
    unknown: str = ""
    lost: str = ""

    def exits(self) -> Mapping[str, str]:
        return {
            **self.keys,
            "talked": self.talked,
            "busy": self.busy,
            "no_answer": self.no_answer,
            "away": self.away,
            "unknown": self.unknown or self.away,
            "lost": self.lost or self.no_answer,
        }

    def exits_at_once(self) -> Collection[str]:
        at_once = {self.away, self.unknown or self.away}
        return at_once if self.patience_seconds else {*at_once, self.busy}

    def reaches_people(self) -> bool:
        return True

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, *self.busy_prompts)

    def keys_used(self) -> Collection[str]:
        return self.keys

    def reads(self) -> Iterator[str]:
        return named_in(self.agent)

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        yield from _no_number("agent", self.agent)
        if not 0 <= self.patience_seconds <= LONGEST_PATIENCE:
            what = f"patience_seconds is {self.patience_seconds:g}"
            yield Fault(what, f"let it be 0 to {LONGEST_PATIENCE:g}; a queue can hold longer")


class Transfer(BaseNode, frozen=True, kw_only=True, tag="transfer"):
    """Passes the caller on: to an `extension`, which is an agent's number, to a `number` outside,
    or to another `flow` with `arguments`, for good. `{name}` stands for a variable, but not in a
    number outside: callers would choose what is dialled at our cost.

    `busy`, of a number outside; as `failed` unless it is set. `failed`: not reached, whatever the
    reason, or not allowed to be dialled.
    """

    waits: ClassVar = True

    extension: str = ""
    number: str = ""
    flow: str = ""
    arguments: dict[str, str] = msgspec.field(default_factory=dict)
    prompts: tuple[str, ...] = ("please-hold-connecting",)
    talked: str = ""
    busy: str = ""
    failed: str = ""

    @property
    def go_on(self) -> GoOn:
        return GoOn(flow=self.flow, arguments=self.arguments)

    def exits(self) -> Mapping[str, str]:
        if self.flow:
            return {}
        reached = {"talked": self.talked, "failed": self.failed}
        return {**reached, "busy": self.busy or self.failed} if self.number else reached

    def exits_at_once(self) -> Collection[str]:
        return () if self.flow else (self.failed,)

    def reaches_people(self) -> bool:
        return not self.flow

    def prompts_used(self) -> Iterator[str]:
        yield from self.prompts

    def flows_used(self) -> Collection[str]:
        return (self.flow,) if self.flow else ()

    def reads(self) -> Iterator[str]:
        yield from named_in(self.extension)
        yield from self.go_on.reads()

    def writes(self) -> Iterator[str]:
        return self.go_on.writes()

    def faults(self, names: Names) -> Iterator[Fault]:
        ways = [one for one in (self.extension, self.number, self.flow) if one]
        if len(ways) != 1:
            what = "leads nowhere" if not ways else "leads to several places"
            yield Fault(what, "name an extension, a number outside or a flow, one of them")
        if self.number and not DIALLED.fullmatch(self.number):
            what = f"number {self.number!r} cannot be dialled"
            yield Fault(what, "write 3 to 20 digits, as people of this country dial it")
        if self.busy and not self.number:
            yield Fault("`busy` is an exit of numbers outside", "take it away")
        if self.extension:
            yield from _no_number("extension", self.extension)
        if self.flow:
            yield from self.go_on.faults(names)
        elif self.arguments:
            yield Fault("arguments are for another flow, and none is named", "take them away")
        if self.flow and (self.talked or self.failed):
            yield Fault("who goes on in another flow never comes back", "take the exits away")


def _no_number(field: str, text: str) -> Iterator[Fault]:
    if not any(named_in(text)) and agent_number(text) is None:
        what = f"{field} {text!r} is no number of an agent"
        yield Fault(what, "write 3 to 6 digits, or a variable as in {number}")
