"""The record of a call that ended, seen by ari_app or not."""

from datetime import UTC, datetime
from uuid import UUID

from agi.handlers import call_ended
from ari_app.domain.call_end import EndedCall
from ari_app.domain.errors import Unavailable
from tests.fakes.agi_peer import FakeAsterisk, session

NOW = datetime(2026, 3, 1, 8, 1, tzinfo=UTC)
ARRIVED = datetime(2026, 3, 1, 8, 0, 0, 123000, tzinfo=UTC)
CALL_ID = "0b0e4d3e-7a51-4f0e-9d5c-0a6f2a8d7c11"
ENDED = {
    "CC_CALL": CALL_ID,
    "CC_ARRIVED": "1772352000.123",
    "HANGUPCAUSE": "16",
    "CC_FALLBACK": "gate",
    "CC_OUTCOME": "left_message",
    "CC_FLOW": "hotline",
    "CC_CALLER": "13800138000",
    "CC_DIALLED": "4001",
    "CC_TRUNK": "trunk-1",
    "CC_TIMESLOT": "17",
}


class FakeLedger:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.ended: list[EndedCall] = []

    async def call_ended(self, ended: EndedCall) -> None:
        if self.error:
            raise self.error
        self.ended.append(ended)


async def test_everything_the_dialplan_knows_is_handed_over() -> None:
    ledger, asterisk = FakeLedger(), FakeAsterisk(ENDED | {})

    await call_ended.handle(session(asterisk), ledger, lambda: NOW)

    assert ledger.ended == [
        EndedCall(
            UUID(CALL_ID),
            ARRIVED,
            NOW,
            caller="13800138000",
            dialled="4001",
            trunk="trunk-1",
            timeslot=17,
            flow="hotline",
            hangup_cause=16,
            fallback="gate",
            outcome="left_message",
        )
    ]
    assert asterisk.variables == ENDED


async def test_without_an_id_there_is_no_record_but_an_answer() -> None:
    ledger, agi = FakeLedger(), session(FakeAsterisk(ENDED | {"CC_CALL": "1"}))

    await call_ended.handle(agi, ledger, lambda: NOW)

    assert ledger.ended == []
    assert agi.notes["wrong"] == ["CC_CALL"]


async def test_a_ledger_that_is_away_is_noted_with_what_it_missed() -> None:
    agi = session(FakeAsterisk(ENDED | {}))

    await call_ended.handle(agi, FakeLedger(Unavailable("away")), lambda: NOW)

    assert agi.notes["degraded"] == "record not closed: away"
    assert agi.notes["call_id"] == CALL_ID
    assert agi.notes["arrived_at"] == ARRIVED.isoformat()
