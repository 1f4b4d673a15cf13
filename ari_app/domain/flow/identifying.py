"""The node `identify`: who calls, by number or by account number and PIN."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import ClassVar

from ari_app.domain.flow.node import BaseNode, Fault, Names


class IdentifiedBy(StrEnum):
    """`either` asks for a PIN only where the number says nothing."""

    NUMBER = "number"
    PIN = "pin"
    EITHER = "either"


class Identify(BaseNode, frozen=True, kw_only=True, tag="identify"):
    """Customer, tier and language are known afterwards. `tries` in this call; beyond it the number
    and the account have tries of their own, and locks that double. What is refused is refused with
    one prompt, whatever the reason.

    `failed`: nobody can be looked up at the moment.
    """

    waits: ClassVar = True

    by: IdentifiedBy = IdentifiedBy.EITHER
    account_prompts: tuple[str, ...] = ("enter-account-number",)
    pin_prompts: tuple[str, ...] = ("enter-your-pin",)
    refused_prompt: str = "not-identified"
    meanwhile_prompt: str = "one-moment-please"
    tries: int = 3
    within_seconds: float = 8.0
    known: str
    unknown: str
    failed: str

    def exits(self) -> Mapping[str, str]:
        return {"known": self.known, "unknown": self.unknown, "failed": self.failed}

    def prompts_used(self) -> Iterator[str]:
        if self.by is not IdentifiedBy.NUMBER:
            yield from (*self.account_prompts, *self.pin_prompts)
            yield from (self.refused_prompt, self.meanwhile_prompt)

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        if self.by is not IdentifiedBy.NUMBER and not (self.account_prompts and self.pin_prompts):
            yield Fault("the caller would not hear what to key in", "name both kinds of prompts")
