"""Builds what dials numbers outside, and connects it with the engine's other parts."""

from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from ari_app.domain.callback import Owed, Retry
from ari_app.domain.flow import Flow
from ari_app.settings import Settings
from ari_app.store import callbacks
from ari_app.store.journal import Journal
from ari_app.workers.calls import Calls
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.flow_shelf import FlowShelf
from ari_app.workers.follower import Listen
from ari_app.workers.outbound.attempt_book import StoredAttempts
from ari_app.workers.outbound.callback_desk import CallbackDesk
from ari_app.workers.outbound.gate import OutboundGate
from ari_app.workers.outbound.left_behind import LeftBehind
from ari_app.workers.outbound.turn import CallingRoom, Switchboard
from ari_app.workers.recording_index import Ask
from ari_app.workers.recovery import Recovery


class House(Protocol):
    """The parts of the engine that this needs."""

    settings: Settings
    journal: Journal
    dispatcher: Dispatcher
    calls: Calls
    flows: FlowShelf
    recovery: Recovery

    @property
    def ask(self) -> Ask: ...
    def open_room(self, app: str, name: str) -> CallingRoom: ...


@dataclass(frozen=True, slots=True)
class Outbound:
    gate: OutboundGate
    desk: CallbackDesk

    def database_away(self, is_away: bool) -> None:
        """No phone rings for a callback that could not be dialled."""
        self.gate.is_database_away = is_away
        self.desk.look()


def outbound(house: House, listen: Listen) -> Outbound:
    """Args: listen: to changes of callbacks."""
    settings, dispatcher, ask = house.settings, house.dispatcher, house.ask
    journal, clock = house.journal, dispatcher.clock
    zone, retry_seconds = ZoneInfo(settings.time_zone), settings.callback_retry_seconds
    rules, book = settings.outbound_rules, StoredAttempts(ask)
    gate = OutboundGate(rules, book, journal, clock, zone)
    house.calls.outside = gate
    is_live = house.calls.live.__contains__
    board = Switchboard(
        dispatcher,
        gate,
        house.calls,
        house.open_room,
        journal,
        clock,
        lambda owed: _where(house.flows, owed),
        settings.ari_apps[-1],
        settings.node,
        Retry(settings.callback_tries, retry_seconds),
    )
    left_behind = LeftBehind(ask, journal, clock, settings.node, retry_seconds, is_live)
    house.recovery.attempts = left_behind
    made = Outbound(gate, CallbackDesk(board, lambda: ask(callbacks.due), listen))
    journal.watch_away(made.database_away)
    return made


def _where(flows: FlowShelf, owed: Owed) -> tuple[Flow, str] | None:
    return flows.now.waiting_for(owed.queue, owed.flow)
