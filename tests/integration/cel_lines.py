"""Lines of Asterisk's event log, as it writes them for a call on a trunk."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ari_app.domain.cel import CEL_COLUMNS

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def line(event: str, at: datetime, unique_id: str, linked_id: str, **columns: str) -> str:
    values = {
        **dict.fromkeys(CEL_COLUMNS, ""),
        "event": event,
        "time": f"{int(at.timestamp())}.{at.microsecond:06d}",
        "unique_id": unique_id,
        "linked_id": linked_id,
        **columns,
    }
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(values.values())
    return written.getvalue()


def account(call_id: UUID, arrived_at: datetime) -> str:
    return f"{call_id}/{arrived_at.timestamp():.3f}"


def call_lines(
    call_id: UUID,
    number: int,
    at: datetime = START,
    *,
    seconds: float = 20.0,
    talks: bool = False,
    ends: bool = True,
) -> list[str]:
    """A caller who comes in at `at`, and with `talks` an agent who answers after two seconds."""
    channel, key = f"node1-{number}.0", account(call_id, at)
    tell = {"channel": f"PJSIP/world-{number:08x}", "caller": "13900000001"}
    end = at + timedelta(seconds=seconds)
    out = [line("CHAN_START", at, channel, channel, context="from-trunk", exten="95001", **tell)]
    for event in ("APP_START", "ANSWER"):
        tell |= {"app": "Stasis", "context": "app-enter", "account": key}
        out.append(line(event, at, channel, channel, **tell))
    if talks:
        out += _talk(call_id, channel, key, at + timedelta(seconds=2), end)
    if ends:
        extra = json.dumps({"hangupcause": 16, "hangupsource": "", "dialstatus": ""})
        out.append(line("HANGUP", end, channel, channel, extra=extra, **tell))
        out.append(line("CHAN_END", end, channel, channel, **tell))
    return out


def _talk(call_id: UUID, channel: str, key: str, at: datetime, end: datetime) -> list[str]:
    leg, bridge = f"{call_id}-a1", json.dumps({"bridge_id": f"{call_id}-talk"})
    return [
        line("CHAN_START", at, leg, channel, context="from-agents", exten="s"),
        line("ANSWER", at, leg, channel, account=key, context="from-agents", exten="s"),
        line("BRIDGE_ENTER", at, channel, channel, account=key, extra=bridge),
        line("BRIDGE_ENTER", at, leg, channel, account=key, extra=bridge),
        line("CHAN_END", end, leg, channel, account=key),
    ]
