"""Every CC_* channel variable: who sets it, who reads it, what it means.

This is data: the dialplan contract test and the documentation are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

CC_CALL: Final = "CC_CALL"
CC_ARRIVED: Final = "CC_ARRIVED"
CC_CALLER: Final = "CC_CALLER"
CC_DIALLED: Final = "CC_DIALLED"
CC_TRUNK: Final = "CC_TRUNK"
CC_TIMESLOT: Final = "CC_TIMESLOT"
CC_MIXMONITOR: Final = "CC_MIXMONITOR"
CC_FLOW: Final = "CC_FLOW"
CC_LANGUAGE: Final = "CC_LANGUAGE"
CC_PRIORITY: Final = "CC_PRIORITY"
CC_TIER: Final = "CC_TIER"
CC_CUSTOMER: Final = "CC_CUSTOMER"
CC_APP: Final = "CC_APP"
CC_GATE: Final = "CC_GATE"
CC_DIGIT: Final = "CC_DIGIT"
CALL_GROUP: Final = "GROUP(call)"  # a function, which Asterisk counts by
CC_ALIVE: Final = "CC_ALIVE"
CC_FALLBACK: Final = "CC_FALLBACK"
CC_OUTCOME: Final = "CC_OUTCOME"
CC_AGENT: Final = "CC_AGENT"
CC_RESULT: Final = "CC_RESULT"
CC_WORDS: Final = "CC_WORDS"
CC_OPEN: Final = "CC_OPEN"
CC_STATUS: Final = "CC_STATUS"
CC_PHONES: Final = "CC_PHONES"


class Who(StrEnum):
    """Those who set and read channel variables."""

    DIALPLAN = "dialplan"
    ROUTE_CALL = "agi route_call"
    CALL_ENDED = "agi call_ended"
    ARI_APP = "ari_app"
    WATCHDOG = "watchdog"
    CUSTOMER_LOOKUP = "agi customer_lookup"
    TICKET_STATUS = "agi ticket_status"
    OPEN_HOURS = "agi open_hours"
    AGENT_CODE = "agi agent_code"
    SAY_VALUE = "agi say_value"
    FALLBACK_ROUTE = "agi fallback_route"


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    set_by: tuple[Who, ...]
    read_by: tuple[Who, ...]
    meaning: str
    is_global: bool = False


_DIALPLAN, _ROUTE, _ENDED, _APP, _WATCHDOG, *_ASKED = Who
_CUSTOMER, _TICKET, _HOURS, _AGENT, _VALUE, _PHONES = _ASKED
_SPEAKING = (_HOURS, _AGENT, _VALUE, _PHONES)
_ALL = (
    Variable(CC_CALL, (_DIALPLAN, _APP), (_APP, _ENDED, _WATCHDOG), "id of the call, a UUID"),
    Variable(
        CC_ARRIVED, (_DIALPLAN, _APP), (_APP, _ENDED), "when it arrived: seconds.millis since 1970"
    ),
    Variable(
        CC_CALLER, (_DIALPLAN, _APP), (_ROUTE, _APP, _ENDED, _CUSTOMER), "caller number, filtered"
    ),
    Variable(
        CC_DIALLED, (_DIALPLAN, _APP), (_ROUTE, _APP, _ENDED, _CUSTOMER), "dialled number, filtered"
    ),
    Variable(
        CC_TRUNK,
        (_DIALPLAN, _APP),
        (_APP, _ENDED),
        "SIP trunk or E1 span it came in, or went out, on",
    ),
    Variable(CC_TIMESLOT, (_DIALPLAN,), (_APP, _ENDED), "E1 timeslot; empty on SIP"),
    Variable(CC_MIXMONITOR, (_DIALPLAN,), (), "id to mute or end the recording by"),
    Variable(CC_FLOW, (_ROUTE,), (_ENDED,), "flow that would serve the call"),
    Variable(CC_LANGUAGE, (_ROUTE, _APP, _CUSTOMER), (_DIALPLAN, *_SPEAKING), "zh or en"),
    Variable(CC_PRIORITY, (_ROUTE,), (), "0 (ordinary) to 9"),
    Variable(CC_TIER, (_ROUTE, _CUSTOMER), (), "normal, silver, gold or vip"),
    Variable(CC_CUSTOMER, (_ROUTE, _CUSTOMER), (), "id of the customer; empty when unknown"),
    Variable(CC_APP, (_DIALPLAN, _APP), (_DIALPLAN,), "Stasis application the call stays on"),
    Variable(CC_GATE, (_DIALPLAN,), (_DIALPLAN,), "open or shut: is ari_app alive?"),
    Variable(
        CC_DIGIT, (_DIALPLAN,), (_DIALPLAN,), "what was dialled: a digit after a code, or a number"
    ),
    Variable(
        CALL_GROUP,
        (_DIALPLAN, _APP),
        (_DIALPLAN, _WATCHDOG),
        "new, taken once ari_app serves the caller, or fallback",
    ),
    Variable(
        CC_ALIVE,
        (_APP,),
        (_DIALPLAN, _WATCHDOG),
        "epoch seconds of the last heartbeat",
        is_global=True,
    ),
    Variable(
        CC_FALLBACK,
        (_DIALPLAN, _APP, _WATCHDOG),
        (_DIALPLAN, _ENDED),
        "why the fallback is taken: gate, stasis, flow or watchdog",
    ),
    Variable(CC_OUTCOME, (_DIALPLAN,), (_ENDED,), "what the fallback did: a call's outcome"),
    Variable(
        CC_AGENT, (_APP, _AGENT), (), "number of an agent: who has the phone, or was asked for"
    ),
    Variable(CC_RESULT, tuple(_ASKED), (), "found, unknown, wrong, unavailable or no_such_system"),
    Variable(CC_WORDS, (_HOURS, _AGENT, _VALUE), (), "prompts that say it, for Playback"),
    Variable(CC_OPEN, (_HOURS,), (), "open, closed, holiday or special"),
    Variable(CC_STATUS, (_TICKET,), (), "open, waiting, done or cancelled"),
    Variable(CC_PHONES, (_PHONES,), (), "phones that may ring, for Dial"),
)

VARIABLES: Mapping[str, Variable] = MappingProxyType({each.name: each for each in _ALL})
