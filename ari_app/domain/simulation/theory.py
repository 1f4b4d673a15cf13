"""What Erlang's formulas say of a queue, where they apply."""

from dataclasses import dataclass

from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.simulation.day import Day, Group, Span, serves
from ari_app.domain.simulation.erlang import Expected, with_abandons, without_abandons


@dataclass(frozen=True, slots=True)
class Theory:
    """Means over the day's callers. `formula` is C or A; None: `why_not` says why none applies."""

    formula: str | None
    expected: Expected | None = None
    why_not: str = ""


def theory(day: Day, rules: QueueRules) -> Theory:
    """The formulas know one group of equal agents who do nothing else, half hour by half hour."""
    groups = [group for group in day.groups if serves(group, rules)]
    if not groups:
        return Theory(None, why_not="nobody has the skills")
    if rules.relaxation or rules.max_busy is not None:
        return Theory(None, why_not="the queue relaxes its needs or has a cap")
    if any(serves(group, other) for group in groups for other in day.queues if other is not rules):
        return Theory(None, why_not="its agents serve other queues too")
    patience = day.arrivals[rules.id].patience
    if patience is not None and not patience.is_exponential:
        return Theory(None, why_not="patience is not exponential")
    return Theory("C" if patience is None else "A", _over_the_day(day, rules, groups))


def _over_the_day(day: Day, rules: QueueRules, groups: list[Group]) -> Expected:
    arrivals = day.arrivals[rules.id]
    handling = arrivals.talk.mean + arrivals.wrap_up.mean + day.ringing
    parts: list[tuple[float, Expected]] = []
    for span, number in zip(day.intervals(), arrivals.per_half_hour, strict=True):
        if not number:
            continue
        agents = round(sum(group.count * _present(group, span) for group in groups))
        load = number / (span[1] - span[0]) * handling
        if arrivals.patience is None:
            found = without_abandons(agents, load, handling, day.threshold - day.ringing)
        else:
            found = with_abandons(agents, load, handling, arrivals.patience.mean)
        parts.append((number, found))
    return _mean(parts)


def _present(group: Group, span: Span) -> float:
    """The share of the span in which the group's agents are here."""
    start, end = span
    here = sum(max(0.0, min(end, to) - max(start, since)) for since, to in group.shifts)
    return here / (end - start)


def _mean(parts: list[tuple[float, Expected]]) -> Expected:
    total = sum(weight for weight, _ in parts)
    if not total:
        return Expected(0.0, 0.0, None, 0.0)

    def mean(name: str) -> float:
        return float(sum(weight * getattr(found, name) for weight, found in parts) / total)

    known = all(found.within is not None for _, found in parts)
    return Expected(
        mean("delayed"), mean("wait"), mean("within") if known else None, mean("abandoned")
    )
