"""The node `ask`: a number, keyed in by the caller, into a variable."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ari_app.domain.flow.lines import Lines, faults_in, prompts_in, variables_in
from ari_app.domain.flow.node import BaseNode, Fault, Names, empty
from ari_app.domain.speech import SpokenAs
from ari_app.domain.variables import LONGEST

CONFIRMED_AS = (SpokenAs.DIGITS, SpokenAs.PHONE, SpokenAs.SERIAL, SpokenAs.NUMBER)
CONFIRM_PROMPTS = ("you-entered", "confirm-number")


class Ask(BaseNode, frozen=True, kw_only=True, tag="ask"):
    """Asks for `shortest` to `longest` digits: `#` ends them, `*` starts over. After `tries`
    wrong or silent answers, or read-backs not confirmed: `otherwise`.

    `secret` digits are kept in memory only. `confirm`: how they are read back.
    """

    waits: ClassVar = True

    prompts: Lines
    variable: str
    shortest: int = 1
    longest: int = 20
    tries: int = 3
    within_seconds: float = 8.0
    confirm: SpokenAs | None = None
    secret: bool = False
    wrong_prompt: str = "number-too-short"
    no_key_prompt: str = "no-key-heard"
    next: str
    otherwise: str

    def exits(self) -> Mapping[str, str]:
        return {"next": self.next, "otherwise": self.otherwise}

    def prompts_used(self) -> Iterator[str]:
        yield from (*prompts_in(self.prompts), self.wrong_prompt, self.no_key_prompt)
        if self.confirm is not None:
            yield from CONFIRM_PROMPTS

    def reads(self) -> Iterator[str]:
        return variables_in(self.prompts)

    def writes(self) -> Iterator[str]:
        yield self.variable

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        yield from empty(self.prompts)
        yield from faults_in(self.prompts)
        if not 1 <= self.shortest <= self.longest <= LONGEST:
            yield Fault(
                f"{self.shortest} to {self.longest} digits cannot be keyed in",
                f"let shortest be 1 or more, longest at most {LONGEST}",
            )
        if self.secret and self.confirm is not None:
            yield Fault("a secret would be read aloud", "take `confirm` or `secret` away")
        if self.confirm is not None and self.confirm not in CONFIRMED_AS:
            kinds = ", ".join(CONFIRMED_AS)
            yield Fault(f"digits cannot be read back as {self.confirm}", f"use one of {kinds}")
