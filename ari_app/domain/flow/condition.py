"""What a flow can ask of a call and of the house. No expressions: a list of things that must all
be true."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import msgspec

from ari_app.domain.flow.node import LANGUAGES, Fault
from ari_app.domain.route import TIERS


@dataclass(frozen=True, slots=True)
class Prospect:
    """What awaits one more caller in a queue. `waiting` are in line now, `at_work` could serve the
    caller, `wait` is expected in seconds: None when nobody can tell."""

    is_open: bool
    waiting: int
    at_work: int
    wait: float | None


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is set must be true. `tier`, `language` and `dialled` are lists of which
    one applies; a dialled number may end in `%`, any rest.

    `variable` is compared as text with `equal` (a list) and `begins`, as a number with `above`
    and `below`; `known` asks whether it has a value. `queue` is asked whether it is `open`,
    whether somebody is `at_work`, whether more than `waiting_over` wait, and whether the wait is
    expected to be `wait_over` seconds; a wait nobody can tell is not over.
    """

    tier: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    dialled: tuple[str, ...] = ()
    variable: str = ""
    equal: tuple[str, ...] = ()
    begins: str = ""
    above: float | None = None
    below: float | None = None
    known: bool | None = None
    queue: str = ""
    open: bool | None = None
    at_work: bool | None = None
    waiting_over: int | None = None
    wait_over: float | None = None

    def is_met(self, look: Callable[[str], str], prospect: Callable[[str], Prospect]) -> bool:
        """Args: look: a variable, or `call.` and a fact. prospect: of a queue, by name."""
        if not self._fits_call(look) or not self._fits_variable(look):
            return False
        return not self.queue or self._fits_queue(prospect(self.queue))

    def _fits_call(self, look: Callable[[str], str]) -> bool:
        if self.tier and look("call.tier") not in self.tier:
            return False
        if self.language and look("call.language") not in self.language:
            return False
        dialled = look("call.dialled")
        return not self.dialled or any(_matches(dialled, one) for one in self.dialled)

    def _fits_variable(self, look: Callable[[str], str]) -> bool:
        if not self.variable:
            return True
        value = look(self.variable)
        if self.known is not None and bool(value) is not self.known:
            return False
        if self.equal and value not in self.equal:
            return False
        return value.startswith(self.begins) and self._fits_number(value)

    def _fits_number(self, value: str) -> bool:
        """What is no number is neither above nor below anything."""
        if self.above is None and self.below is None:
            return True
        try:
            number = Decimal(value)
        except InvalidOperation:
            return False
        if not number.is_finite():
            return False
        above = self.above is None or number > Decimal(str(self.above))
        return above and (self.below is None or number < Decimal(str(self.below)))

    def _fits_queue(self, there: Prospect) -> bool:
        wait = 0.0 if there.wait is None else there.wait
        return (
            (self.open is None or there.is_open is self.open)
            and (self.at_work is None or (there.at_work > 0) is self.at_work)
            and (self.waiting_over is None or there.waiting > self.waiting_over)
            and (self.wait_over is None or wait > self.wait_over)
        )

    def faults(self) -> Iterator[Fault]:
        for tier in sorted(set(self.tier) - set(TIERS)):
            yield Fault(f"there is no tier {tier!r}", f"use one of {', '.join(TIERS)}")
        for language in sorted(set(self.language) - set(LANGUAGES)):
            yield Fault(f"{language!r} is no language of ours", "use zh or en")
        yield from _half("variable", self.variable, self._of_variable())
        yield from _half("queue", self.queue, self._of_queue())

    def _of_variable(self) -> bool:
        numbers = (self.above, self.below, self.known)
        return bool(self.equal or self.begins) or any(one is not None for one in numbers)

    def _of_queue(self) -> bool:
        asked = (self.open, self.at_work, self.waiting_over, self.wait_over)
        return any(one is not None for one in asked)

    @property
    def is_anything(self) -> bool:
        return bool(self.tier or self.language or self.dialled or self.variable or self.queue)


def _matches(number: str, pattern: str) -> bool:
    if pattern.endswith("%"):
        return number.startswith(pattern[:-1])
    return number == pattern


def _half(name: str, named: str, is_compared: bool) -> Iterator[Fault]:
    if named and not is_compared:
        yield Fault(f"nothing is asked of the {name} {named!r}", "say what must be true of it")
    if is_compared and not named:
        yield Fault(f"something is asked of a {name}, and none is named", f"name the {name}")


def all_faults(conditions: Iterable[Condition]) -> Iterator[Fault]:
    for condition in conditions:
        yield from condition.faults()
