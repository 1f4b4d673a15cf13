"""The outbound gate: which calls may leave to a trunk. The only place that says yes.

Everything is refused but what a rule allows, and what costs (premium, satellite, international) is
refused unless a rule names it. Numbers are E.164 (ITU-T): `+`, country code, at most 15 digits.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ari_app.domain.hours import ALWAYS_CLOSED, ALWAYS_OPEN, HOLIDAYS, Opening, Span, WeeklyHours

LONGEST = 15  # digits of an E.164 number
SHORTEST = 7
DIALLED = re.compile(r"\+?[0-9]{3,20}")
PREFIX = re.compile(r"\+[0-9]{1,15}")
MOBILE = re.compile(r"1[0-9]{10}")  # has no area, so no prefix before it
COUNTRY = re.compile(r"[1-9][0-9]{0,2}")
# ITU-T E.164 assignments that are shared by networks, not by people: global mobile satellite,
# international premium rate, and what is neither a country nor a network of telephones.
SATELLITE = ("+870", "+881", "+882", "+883")
PREMIUM_WORLD = ("+979", "+808")


class OutboundRefusal(StrEnum):
    """Why a call was not made; written with the attempt."""

    SWITCHED_OFF = "switched_off"
    NO_NUMBER = "no_number"  # cannot be read as a telephone number
    NOT_ALLOWED = "not_allowed"  # no rule names a prefix of it
    DENIED = "denied"  # a rule refuses it
    PREMIUM = "premium"
    SATELLITE = "satellite"
    INTERNATIONAL = "international"
    CLOSED = "closed"
    TOO_MANY_AT_ONCE = "too_many_at_once"
    TOO_MANY_IN_AN_HOUR = "too_many_in_an_hour"
    TOO_OFTEN = "too_often"  # this very number
    NO_TRUNK = "no_trunk"


@dataclass(frozen=True, slots=True)
class PrefixRule:
    """The rule with the longest prefix decides. `prefix` is E.164, as in +8613."""

    prefix: str
    is_allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundRules:
    """`premium` are national prefixes that cost, E.164. Caps: 0 lets nothing through."""

    is_on: bool = False
    country: str = "86"
    trunk_prefix: str = "0"  # dialled before a number of another area
    international_prefix: str = "00"
    prefixes: tuple[PrefixRule, ...] = ()
    premium: tuple[str, ...] = ()
    hours: WeeklyHours = ALWAYS_OPEN
    trunk: str = ""
    caller_ids: tuple[str, ...] = ()  # numbers of ours that may be shown, the usual one first
    ring_seconds: float = 30.0
    most_at_once: int = 0
    most_an_hour: int = 0
    most_a_day_to_one: int = 0

    def problems(self) -> list[str]:
        """Everything that cannot be meant; empty when it can be used."""
        return [*self._wrong_prefixes(), *self._wrong_numbers()]

    def _wrong_prefixes(self) -> Iterator[str]:
        named = [rule.prefix for rule in self.prefixes]
        for prefix in (*named, *self.premium):
            if not PREFIX.fullmatch(prefix):
                yield f"outbound prefix {prefix!r}: write it as +86, digits only"
        for prefix in sorted({one for one in named if named.count(one) > 1}):
            yield f"outbound prefix {prefix!r}: there are two rules; keep one"

    def _wrong_numbers(self) -> Iterator[str]:
        if not COUNTRY.fullmatch(self.country):
            yield f"outbound country {self.country!r}: one to three digits, as in 86"
        for name in ("most_at_once", "most_an_hour", "most_a_day_to_one"):
            if getattr(self, name) < 0:
                yield f"outbound {name}: {getattr(self, name)} is less than 0"


@dataclass(frozen=True, slots=True)
class Use:
    """What has gone out already, this attempt not counted."""

    at_once: int
    last_hour: int
    last_day_to_it: int


def every_day(spans: Sequence[Span]) -> WeeklyHours:
    """The same on each, holidays too; none at all is never."""
    if not spans:
        return ALWAYS_CLOSED
    return WeeklyHours(tuple(Opening(day, *span) for day in range(HOLIDAYS, 8) for span in spans))


def e164(dialled: str, rules: OutboundRules) -> str | None:
    """As people of this country dial it -> `+`, country code, number. None for what is no
    telephone number: letters, service codes, too short, too long."""
    if not DIALLED.fullmatch(dialled):
        return None
    if dialled.startswith("+"):
        digits = dialled[1:]
    elif dialled.startswith(rules.international_prefix):
        digits = dialled[len(rules.international_prefix) :]
    else:
        digits = rules.country + dialled.removeprefix(rules.trunk_prefix)
    if not SHORTEST <= len(digits) <= LONGEST or digits.startswith("0"):
        return None
    return f"+{digits}"


def dial_string(dialled: str, rules: OutboundRules) -> str:
    """Digits for the trunk: as people of this country dial it, without `+`."""
    home = f"+{rules.country}"
    if dialled.startswith(home):
        national = dialled[len(home) :]
        return national if MOBILE.fullmatch(national) else rules.trunk_prefix + national
    return dialled.replace("+", rules.international_prefix, 1)


def shown_number(wanted: str, rules: OutboundRules, otherwise: str) -> str:
    """The number of ours that the other side sees: never one that was not allowed to be shown."""
    if wanted in rules.caller_ids:
        return wanted
    return rules.caller_ids[0] if rules.caller_ids else otherwise


def refusal(
    number: str | None, rules: OutboundRules, use: Use, local: datetime
) -> OutboundRefusal | None:
    """Why this number may not be dialled now; None: it may.

    Args:
        number: what `e164` made of it.
        local: now, in the zone that the hours are meant in.
    """
    if not rules.is_on:
        return OutboundRefusal.SWITCHED_OFF
    if not rules.trunk:
        return OutboundRefusal.NO_TRUNK
    if number is None:
        return OutboundRefusal.NO_NUMBER
    return _not_this_number(number, rules) or _not_now(rules, use, local)


def _not_this_number(number: str, rules: OutboundRules) -> OutboundRefusal | None:
    rule = _rule_for(number, rules.prefixes)
    if rule is not None and not rule.is_allowed:
        return OutboundRefusal.DENIED
    for why, prefixes in (
        (OutboundRefusal.SATELLITE, SATELLITE),
        (OutboundRefusal.PREMIUM, (*PREMIUM_WORLD, *rules.premium)),
    ):
        costly = _longest(number, prefixes)
        if costly and (rule is None or len(rule.prefix) < len(costly)):
            return why
    if rule is not None and len(rule.prefix) > 1:
        return None
    home = f"+{rules.country}"
    return OutboundRefusal.NOT_ALLOWED if number.startswith(home) else OutboundRefusal.INTERNATIONAL


def _not_now(rules: OutboundRules, use: Use, local: datetime) -> OutboundRefusal | None:
    if not rules.hours.is_open(local):
        return OutboundRefusal.CLOSED
    if use.at_once >= rules.most_at_once:
        return OutboundRefusal.TOO_MANY_AT_ONCE
    if use.last_hour >= rules.most_an_hour:
        return OutboundRefusal.TOO_MANY_IN_AN_HOUR
    if use.last_day_to_it >= rules.most_a_day_to_one:
        return OutboundRefusal.TOO_OFTEN
    return None


def _rule_for(number: str, rules: Sequence[PrefixRule]) -> PrefixRule | None:
    fitting = [rule for rule in rules if number.startswith(rule.prefix)]
    return max(fitting, key=lambda rule: len(rule.prefix), default=None)


def _longest(number: str, prefixes: Sequence[str]) -> str:
    return max((one for one in prefixes if number.startswith(one)), key=len, default="")
