"""What the engine says of itself to whoever asks how it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ari_app.ari import Ari
from ari_app.domain.storm import Storm
from ari_app.outbound_parts import Outbound
from ari_app.ports import Clock
from ari_app.settings import Settings
from ari_app.store.journal import Journal
from ari_app.wall import Wall
from ari_app.workers.auditor import Auditor
from ari_app.workers.calls import Calls
from ari_app.workers.cel_loader import CelLoader
from ari_app.workers.cel_retention import CelRetention
from ari_app.workers.disk_space import DiskSpace
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.flow_shelf import FlowShelf
from ari_app.workers.follower import Follower
from ari_app.workers.heartbeat import Heartbeat
from ari_app.workers.loop_lag import LoopLag
from ari_app.workers.messages import MessageCollector
from ari_app.workers.recorder import Recorder
from ari_app.workers.roster import Roster
from ari_app.workers.storm_book import StormBook


@dataclass(frozen=True, kw_only=True)
class Observed:
    """The parts of the engine as far as they can be looked at."""

    settings: Settings
    clock: Clock
    journal: Journal
    ari: Ari
    heartbeat: Heartbeat
    wall: Wall
    calls: Calls
    dispatcher: Dispatcher
    flows: FlowShelf
    roster: Roster
    loop_lag: LoopLag
    auditor: Auditor
    recorder: Recorder
    messages: MessageCollector
    event_log: CelLoader
    retention: CelRetention
    space: DiskSpace
    storm: StormBook
    followers: Sequence[Follower]
    outbound: Outbound

    @property
    def parts(self) -> dict[str, bool]:
        """Is what the engine needs there?"""
        age = self.heartbeat.age
        return {
            "asterisk": self.ari.connected == frozenset(self.settings.ari_apps),
            "database": self.journal.state.away_since is None,
            "live_view": self.wall.view.away_since is None,
            "gate": age is not None and age < 3 * self.settings.heartbeat_seconds,
        }

    @property
    def taken_up(self) -> dict[str, int]:
        """How often what others changed has come into force, by what it is about."""
        return {one.what: one.taken_up for one in self.followers}

    @property
    def is_ready(self) -> bool:
        """Callers can be served; the rest may be away."""
        return self.parts["asterisk"] and self.parts["gate"]

    def seconds_since(self, moment: datetime | None) -> float | None:
        return None if moment is None else (self.clock.now() - moment).total_seconds()

    def health(self) -> Mapping[str, Any]:
        """What `/readyz` says; `ready` sums it up."""
        journal = self.journal.state
        return {
            "ready": self.is_ready,
            "parts": self.parts,
            "live_view_stale_since": _iso(self.wall.view.away_since),
            "flows": {"number": self.flows.number, "version": self.flows.now.version},
            "storm": _storm(self.storm.now),
            "live_calls": len(self.calls.live),
            "loop_lag_ms": {
                "p99": round(1000 * self.loop_lag.lags.p99, 1),
                "worst": round(1000 * self.loop_lag.lags.worst, 1),
            },
            "journal": {
                "pending": journal.pending,
                "spooled": journal.spooled,
                "rejected": journal.rejected,
            },
            "taken_up": self.taken_up,
            "broken": self.auditor.counts(),
            "recordings_waiting": self.recorder.waiting,
            "recordings_space": self.recorder.space.value,
            "messages_waiting": self.messages.waiting,
            "agents": {str(seat.member.id): seat.state.value for seat in self.roster.seats()},
        }


def _storm(storm: Storm | None) -> Mapping[str, Any] | None:
    return None if storm is None else {"profile": storm.name, "until": _iso(storm.until)}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
