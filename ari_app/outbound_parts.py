"""Builds what dials numbers outside, for the engine."""

from zoneinfo import ZoneInfo

from ari_app.ports import Clock
from ari_app.settings import Settings
from ari_app.store.journal import Journal
from ari_app.workers.outbound.attempt_book import StoredAttempts
from ari_app.workers.outbound.gate import OutboundGate
from ari_app.workers.outbound.left_behind import LeftBehind
from ari_app.workers.recording_index import Ask


def gate(settings: Settings, ask: Ask, journal: Journal, clock: Clock) -> OutboundGate:
    zone = ZoneInfo(settings.time_zone)
    return OutboundGate(settings.outbound_rules, StoredAttempts(ask), journal, clock, zone)


def left_behind(settings: Settings, ask: Ask, journal: Journal, clock: Clock) -> LeftBehind:
    return LeftBehind(ask, journal, clock, settings.node, settings.callback_retry_seconds)
