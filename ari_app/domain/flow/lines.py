"""What a node says: prompts, and values spoken between them."""

from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

import msgspec

from ari_app.domain.flow.node import Fault
from ari_app.domain.speech import Measure, SpokenAs
from ari_app.domain.variables import named_in


class Spoken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value, `{name}` for a variable's, said `as` a number, a date, ...

    `of` is what a `count` counts. With `among` the value itself is the name of a prompt, one of
    these. `unknown` is said for a value that is missing or cannot be said so; "" is nothing.
    """

    value: str
    kind: SpokenAs | None = msgspec.field(default=None, name="as")
    of: Measure = Measure.ITEM
    among: tuple[str, ...] = ()
    unknown: str = "not-available"


Line: TypeAlias = str | Spoken
Lines: TypeAlias = tuple[Line, ...]


def prompts_in(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        if isinstance(line, str):
            yield line
        else:
            yield from line.among
            if line.unknown:
                yield line.unknown


def only_prompts(lines: Collection[Line]) -> tuple[str, ...]:
    """Empty where a value is said among them."""
    prompts = tuple(line for line in lines if isinstance(line, str))
    return prompts if len(prompts) == len(lines) else ()


def variables_in(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        if isinstance(line, Spoken):
            yield from named_in(line.value)


def faults_in(lines: Iterable[Line]) -> Iterator[Fault]:
    for line in lines:
        if isinstance(line, Spoken) and (line.kind is None) == (not line.among):
            yield Fault(
                f"how {line.value!r} is said is not clear",
                "give it `as`, or with `among` the prompts it may name, but not both",
            )
