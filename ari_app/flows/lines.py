"""Lines of a node as the prompts that are played."""

from collections.abc import Iterable

from ari_app.domain.flow.lines import Line, Spoken
from ari_app.domain.speech import Words, spoken
from ari_app.flows.active import ActiveCall


def said(call: ActiveCall, lines: Iterable[Line]) -> Words:
    """In the language of the call, with the values its variables have now."""
    words: Words = ()
    for line in lines:
        words += (line,) if isinstance(line, str) else _value(call, line)
    return words


def _value(call: ActiveCall, line: Spoken) -> Words:
    value = call.filled(line.value).strip()
    words: Words | None = None
    if line.kind is not None:
        words = spoken(value, line.kind, call.spoken_language, line.of)
    elif value in line.among:
        words = (value,)
    return words or ((line.unknown,) if line.unknown else ())
