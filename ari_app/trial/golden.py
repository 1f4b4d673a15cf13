"""Golden calls (`dialplan/tests/*.toml`): who calls when and presses what, and what has to come of
it. They are the promise that a change of the flows breaks nothing that worked."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import msgspec

from ari_app.domain.errors import BadSettings
from ari_app.trial.run import Trial
from ari_app.trial.situation import Agents, Situation, read_keys
from ari_app.trial.words import Texts, sentence

SHOWN_LENGTH = 300


class GoldenCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`at` is as `hotline flow try --at` takes it; `closed` queues and schedules are so always.

    `heard` are words or prompts that have to be heard, in this order; `not_heard` ones that may
    not be.
    """

    name: str
    at: str = "Wed 10:00"
    to: str = ""
    from_: str = msgspec.field(name="from", default="")
    keys: str = ""
    flow: str = ""
    tier: Literal["normal", "silver", "gold", "vip"] = "normal"
    language: Literal["zh", "en", ""] = ""
    agents: Agents = Agents.WAIT
    closed: tuple[str, ...] = ()
    set: dict[str, str] = msgspec.field(default_factory=dict)
    path: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    end: str = ""
    heard: tuple[str, ...] = ()
    not_heard: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    call: tuple[GoldenCall, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What was to come of a call, and what came."""

    what: str
    expected: str
    seen: str


def read_golden(text: str, source: str) -> Sequence[GoldenCall]:
    """Raises: BadSettings: not TOML, or not shaped like golden calls; says where in `source`."""
    try:
        calls = msgspec.convert(tomllib.loads(text), _File).call
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as bad:
        raise BadSettings([f"{source}: {bad}"]) from bad
    problems = [f"{source}: {problem}" for problem in _problems(calls)]
    if problems:
        raise BadSettings(problems)
    return calls


def _problems(calls: Sequence[GoldenCall]) -> Iterator[str]:
    names = [call.name for call in calls]
    yield from (
        f"{name!r} is there twice" for name in sorted({n for n in names if names.count(n) > 1})
    )
    for call in calls:
        if not (call.path or call.through or call.end or call.heard or call.not_heard):
            yield f"{call.name!r} expects nothing; give it path, through, end, heard or not_heard"
        try:
            read_keys(call.keys)
        except ValueError as bad:
            yield f"{call.name!r}: {bad}"


def situation_of(call: GoldenCall, at: datetime, routed: Situation) -> Situation:
    """Args: routed: how the dialled number is treated."""
    return replace(
        routed,
        at=at,
        dialled=call.to or routed.dialled,
        caller=call.from_,
        keys=read_keys(call.keys),
        tier=call.tier,
        language=call.language or routed.language,
        agents=call.agents,
        closed=call.closed,
        variables=call.set,
    )


def differences(call: GoldenCall, trial: Trial, texts: Texts) -> Iterator[Difference]:
    """Empty when all came as expected."""
    seen = " > ".join(trial.path)
    if call.path and list(call.path) != trial.path:
        yield Difference("path", " > ".join(call.path), seen)
    if call.through and not _in_order(call.through, trial.path):
        yield Difference("through", " > ".join(call.through), seen)
    if call.end and call.end != str(trial.end):
        note = f" ({trial.note})" if trial.note else ""
        yield Difference("end", call.end, f"{trial.end}{note}")
    yield from _heard(call, trial, texts)


def _heard(call: GoldenCall, trial: Trial, texts: Texts) -> Iterator[Difference]:
    prompts, said = [name for _, name in trial.heard], sentence(trial.heard, texts)
    for words in call.heard:
        if words not in prompts and words not in said:
            yield Difference("heard", words, said[:SHOWN_LENGTH])
    for words in call.not_heard:
        if words in prompts or words in said:
            yield Difference("not heard", words, said[:SHOWN_LENGTH])


def _in_order(wanted: Sequence[str], path: Sequence[str]) -> bool:
    ahead = iter(path)
    return all(node in ahead for node in wanted)


Results = Mapping[str, Sequence[Difference]]
"""By name of the golden call; empty for one that passed."""
