"""What Asterisk's event log (CEL) alone says of one call, whoever else saw it.

The dialplan puts the call's key into the account code of the caller's channel, see
[from-trunk] in dialplan/inbound.conf. The rows before that carry the same linked id.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from ari_app.domain.call_end import read_arrival
from ari_app.domain.cel import CelEvent, CelRow, hangup_cause

ENTRIES = ("from-trunk", "from-span")
OUTGOING = "s"  # the extension of a channel that Asterisk itself dials on a trunk
FALLBACK = frozenset({"app-fallback", "app-fallback-message"})

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ACCOUNT = re.compile(rf"({_UUID})/([0-9]{{9,11}}\.[0-9]{{3}})")
_LEG = re.compile(rf"({_UUID})-[ao][0-9]+")  # agents, and numbers outside that a caller is sent to
_RUNG = re.compile(rf"({_UUID})-[aoc][0-9]+")  # and customers whom we call
# Of calls whose caller was gone before the dialplan could name them.
_NAMELESS = UUID("4d1f3c8a-61d0-4f0e-9d0e-3f5b8b1f7a52")


class CallKey(NamedTuple):
    call_id: UUID
    arrived_at: datetime


class Ended(NamedTuple):
    """When a channel was gone, and Q.850's number for why."""

    at: datetime
    cause: int | None


@dataclass(frozen=True, slots=True)
class Witness:
    """One call as its rows tell it. `ends` has every channel that is gone, by its id.

    `talked`: somebody and the caller were in one bridge.
    """

    caller_channel: str | None
    ends: Mapping[str, Ended]
    last_seen: datetime | None
    talked: bool = False
    fell_back: bool = False
    left_message: bool = False  # in the fallback; the engine's recordings leave no row


def key_of(row: CelRow) -> CallKey | None:
    """The key of the call a row belongs to, where the row itself says it."""
    found = _ACCOUNT.fullmatch(row.account)
    arrived_at = read_arrival(found[2]) if found else None
    return CallKey(UUID(found[1]), arrived_at) if found and arrived_at else None


def call_of(row: CelRow) -> UUID | None:
    """The call, by the account or because the channel's id begins with it."""
    if (key := key_of(row)) is not None:
        return key.call_id
    found = _RUNG.fullmatch(row.unique_id)
    return UUID(found[1]) if found else None


def is_arrival(row: CelRow) -> bool:
    """Somebody called us on a trunk."""
    is_start = row.event == CelEvent.CHAN_START
    return is_start and row.context in ENTRIES and row.exten != OUTGOING


def made_up_key(arrival: CelRow) -> CallKey:
    """For a caller who was gone before the dialplan could make a key: always the same one."""
    at = arrival.time.replace(microsecond=arrival.time.microsecond // 1000 * 1000)
    return CallKey(uuid5(_NAMELESS, arrival.unique_id), at)


def hear(rows: Iterable[CelRow]) -> Witness:
    """Rows in any order, some of them twice, give the same."""
    ordered = sorted(set(rows), key=lambda row: (row.time, row.event, row.unique_id, row.extra))
    caller = next((row.unique_id for row in ordered if is_arrival(row)), None)
    caller = caller or _first_with_account(ordered)
    return Witness(
        caller_channel=caller,
        ends=_ends(ordered),
        last_seen=ordered[-1].time if ordered else None,
        talked=_talked(ordered, caller),
        fell_back=any(row.unique_id == caller and row.context in FALLBACK for row in ordered),
        left_message=any(
            row.event == CelEvent.APP_START and row.app == "Record" and row.context in FALLBACK
            for row in ordered
        ),
    )


def _first_with_account(ordered: Collection[CelRow]) -> str | None:
    """Where the first row is lost: agents' legs inherit the account, but have ids of ours."""
    named = (row.unique_id for row in ordered if key_of(row) and not _LEG.fullmatch(row.unique_id))
    return next(named, None)


def _ends(ordered: Collection[CelRow]) -> dict[str, Ended]:
    causes = {row.unique_id: hangup_cause(row) for row in ordered if row.event == CelEvent.HANGUP}
    ends: dict[str, Ended] = {}
    for row in ordered:
        if row.event == CelEvent.CHAN_END:
            ends.setdefault(row.unique_id, Ended(row.time, causes.get(row.unique_id)))
    return ends


def _talked(ordered: Collection[CelRow], caller: str | None) -> bool:
    entered = [
        (_bridge(row), row.unique_id) for row in ordered if row.event == CelEvent.BRIDGE_ENTER
    ]
    callers = {bridge for bridge, channel in entered if channel == caller and bridge}
    return any(bridge in callers and channel != caller for bridge, channel in entered)


def _bridge(row: CelRow) -> str | None:
    try:
        extra = json.loads(row.extra)
    except (ValueError, RecursionError):
        return None
    found = extra.get("bridge_id") if isinstance(extra, dict) else None
    return found if isinstance(found, str) else None
