"""A storm: for some hours callers are treated by a profile of prompts, hours and routes.

A profile is data, `dialplan/storms/NAME.toml`. Once switched on it counts as it was then; it ends
at its deadline by itself, whoever is away.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from ari_app.domain.acd.overflow import OverflowRule
from ari_app.domain.acd.rules import Relaxation
from ari_app.domain.errors import BadSettings
from ari_app.domain.hours import ALWAYS_CLOSED, HOLIDAYS, Opening, WeeklyHours, read_spans
from ari_app.domain.queue_check import Known, queue_problems
from ari_app.domain.staff import QueueConfig

LONGEST = timedelta(days=14)
EVERY_DAY = range(HOLIDAYS, 8)


class QueueStorm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is different about a queue; what is left out stays as it is."""

    requires: dict[str, int] | None = None
    relaxation: tuple[Relaxation, ...] | None = None
    overflow: tuple[OverflowRule, ...] | None = None
    max_wait_seconds: float | None = None

    def over(self, queue: QueueConfig) -> QueueConfig:
        rules = queue.rules
        if self.requires is not None:
            # Steps that were to lower the old requirements might ask for more than the new ones.
            rules = msgspec.structs.replace(rules, requires=self.requires, relaxation=())
        if self.relaxation is not None:
            rules = msgspec.structs.replace(rules, relaxation=self.relaxation)
        return replace(
            queue,
            rules=rules,
            overflow=queue.overflow if self.overflow is None else self.overflow,
            max_wait_seconds=self.max_wait_seconds or queue.max_wait_seconds,
        )


class StormProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`announcement`: prompts every caller hears first. `flow` serves all numbers, `routes` single
    ones. `hours` of schedules and queues, as in domain.hours.read_spans, every day."""

    title: dict[str, str] = {}
    announcement: tuple[str, ...] = ()
    flow: str = ""
    routes: dict[str, str] = {}
    hours: dict[str, str] = {}
    queue: dict[str, QueueStorm] = {}

    def flows_used(self) -> Collection[str]:
        return {name for name in (self.flow, *self.routes.values()) if name}


@dataclass(frozen=True, slots=True)
class StormNames:
    """What a profile may name."""

    prompts: Collection[str] = ()
    flows: Collection[str] = ()
    schedules: Collection[str] = ()
    queues: Collection[str] = ()
    skills: Collection[str] | None = None  # nobody knows: they are not checked
    mailboxes: Collection[str] = ()
    configs: Sequence[QueueConfig] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Storm:
    """A profile that was switched on, until when, by whom and why."""

    id: UUID
    name: str
    profile: StormProfile
    who: str
    why: str
    began_at: datetime
    until: datetime

    def flow_for(self, dialled: str, usual: str) -> str:
        return self.profile.routes.get(dialled) or self.profile.flow or usual

    def hours(self, name: str, usual: WeeklyHours) -> WeeklyHours:
        """Of a schedule or queue."""
        text = self.profile.hours.get(name)
        if text is None:
            return usual
        return _every_day(text, usual.zone)

    def over(self, queues: Sequence[QueueConfig]) -> list[QueueConfig]:
        return [self._over(queue) for queue in queues]

    def _over(self, queue: QueueConfig) -> QueueConfig:
        changed = replace(queue, hours=self.hours(queue.name, queue.hours))
        its = self.profile.queue.get(queue.name)
        return its.over(changed) if its else changed


def _every_day(text: str, zone: str) -> WeeklyHours:
    spans = read_spans(text)
    if not spans:
        return ALWAYS_CLOSED
    openings = (Opening(day, *span) for day in EVERY_DAY for span in spans)
    return WeeklyHours(tuple(openings), zone=zone)


def read_profile(text: str, source: str) -> StormProfile:
    """Raises: BadSettings: not TOML, or not shaped like a profile; says where in `source`."""
    try:
        return msgspec.convert(tomllib.loads(text), StormProfile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadSettings([f"{source}: {error}"]) from error


def profile_problems(profile: StormProfile, names: StormNames) -> Iterator[str]:
    """Everything that would go wrong with callers, each with its place."""
    if profile == StormProfile(title=profile.title):
        yield "it changes nothing"
    for used, known, what in (
        (profile.announcement, names.prompts, "announcement: there is no prompt"),
        (sorted(profile.flows_used()), names.flows, "there is no flow"),
        (sorted(profile.queue), names.queues, "there is no queue"),
        (sorted(profile.hours), {*names.schedules, *names.queues}, "hours: there is no schedule"),
    ):
        yield from (f"{what} {name!r}" for name in used if name not in known)
    for name, text in profile.hours.items():
        try:
            read_spans(text)
        except ValueError as error:
            yield f"hours of {name}: {error}"
    for name, queue in profile.queue.items():
        if queue.max_wait_seconds is not None and queue.max_wait_seconds <= 0:
            yield f"queue {name!r}: max_wait_seconds is not above 0"
    yield from _queue_problems(profile, names)


def _queue_problems(profile: StormProfile, names: StormNames) -> Iterator[str]:
    """Of the queues as they would be then."""
    if names.skills is None:
        return
    changed = [
        profile.queue[one.name].over(one) if one.name in profile.queue else one
        for one in names.configs
    ]
    flows: Mapping[str, str | None] = dict.fromkeys(names.flows)
    known = Known(names.skills, names.prompts, names.mailboxes, flows)
    yield from queue_problems(changed, known)
