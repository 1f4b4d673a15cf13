"""A site on disk that never ran, a call and what it left behind."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from ari_app.commands.terminal import Terminal
from ari_app.commands.words import Words
from ari_app.site.layout import Phone, Ports, Secrets, Site, State, Trunk
from ari_app.store.calls import CallSummary, Moment

ARRIVED = datetime(2026, 3, 1, 9, 12, 33, tzinfo=UTC)
CALL_ID = UUID("5f0c9d1e-0000-4000-8000-000000000001")
PORTS = Ports(
    sip=10_001, http=10_002, ami=10_003, agi=10_004, web=10_005,
    postgres=10_006, redis=10_007, rtp_start=11_000, rtp_end=11_999,
)  # fmt: skip
STATE = State(
    ports=PORTS,
    secrets=Secrets("ari", "ami", "postgres", "engine", "agi", "redis"),
    world_port=10_008,
    phones=(Phone("1001", "p1001-aa", "secret-1"), Phone("1002", "p1002-bb", "secret-2")),
    trunks=(Trunk("world", "127.0.0.1", 10_008, match_port=True),),
)


def site_in(folder: Path) -> Site:
    """Written to disk, so that commands find it."""
    site = Site(folder, STATE)
    for path in (site.folder, site.run):
        path.mkdir(parents=True, exist_ok=True)
    site.save()
    return site


def terminal(language: str = "en", *, as_json: bool = False) -> Terminal:
    return Terminal(as_json=as_json, words=Words(language))


def summary(**changed: object) -> CallSummary:
    fields: dict[str, object] = {
        "call_id": CALL_ID,
        "arrived_at": ARRIVED,
        "answered_at": ARRIVED,
        "ended_at": ARRIVED + timedelta(seconds=20),
        "caller": "13900000001",
        "dialled": "95001",
        "language": "zh",
        "flow": "hotline",
        "outcome": "talked",
        "end_reason": "caller_hung_up",
        "queues": ["orders"],
        "agents": [1001],
        "wait_seconds": 1.1,
        "talk_seconds": 125.0,
        "recording_state": "finalised",
    }
    return CallSummary(**{**fields, **changed})  # type: ignore[arg-type]


def moment(seconds: float, what: str, **detail: object) -> Moment:
    return Moment(ARRIVED + timedelta(seconds=seconds), "event", what, None, detail)
