"""Closing a call from Asterisk's own account: the same whatever the order of its rows."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.cel import CelRow
from ari_app.domain.closing import (
    Absence,
    BusyAgent,
    Closing,
    OpenLeg,
    OpenOffer,
    OpenRecord,
    OpenVisit,
    close_from_cel,
    legs_over,
    record_from_cel,
)
from ari_app.domain.facts import (
    CallbackBooked,
    CallEnded,
    EndReason,
    Happened,
    LegEnded,
    LegRole,
    OfferEnded,
    Outcome,
    QueueLeft,
    VisitResult,
)
from ari_app.domain.witness import Ended

CALL, VISIT, QUEUE, OFFER = (UUID(int=n) for n in range(1, 5))
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
BOOT = START - timedelta(days=1)
CALLER, AGENT = "node1-1.0", f"{CALL}-a1"
KEY = f"{CALL}/{START.timestamp():.3f}"


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def row(event: str, seconds: float, channel: str = CALLER, **columns: str) -> CelRow:
    names = (name for name in CelRow.__dataclass_fields__ if name not in ("time", "offset"))
    values = dict.fromkeys(names, "") | {
        "event": event,
        "unique_id": channel,
        "linked_id": CALLER,
        "account": KEY,
    }
    return CelRow(**values | columns, time=after(seconds), offset=0)


def bridge(event: str, seconds: float, channel: str) -> CelRow:
    return row(event, seconds, channel, extra=json.dumps({"bridge_id": f"{CALL}-talk"}))


def hangup(seconds: float, cause: int, channel: str = CALLER) -> CelRow:
    return row("HANGUP", seconds, channel, extra=json.dumps({"hangupcause": cause}))


ARRIVAL = row("CHAN_START", 0, context="from-trunk", exten="95001", account="", caller="139")
WAITED = (ARRIVAL, row("ANSWER", 1), hangup(30, 16), row("CHAN_END", 30))
TALKED = (
    *(ARRIVAL, row("ANSWER", 1)),
    row("CHAN_START", 9, AGENT, context="from-agents", exten="s"),
    *(bridge("BRIDGE_ENTER", 10, CALLER), bridge("BRIDGE_ENTER", 10, AGENT)),
    *(hangup(39, 16, AGENT), row("CHAN_END", 39, AGENT)),
    *(hangup(40, 19), row("CHAN_END", 40)),
)
OPEN = OpenRecord(
    call_id=CALL,
    arrived_at=START,
    caller_channel=CALLER,
    ended=None,
    reached=frozenset({Outcome.ABANDONED}),
    legs=(OpenLeg(CALLER, LegRole.CALLER, was_answered=True), OpenLeg(AGENT, LegRole.AGENT, True)),
    visits=(OpenVisit(VISIT, QUEUE),),
    offers=(OpenOffer(OFFER, 1001),),
    agents=(BusyAgent(1001, 7),),
)


def closed(closing: Closing | None) -> Closing:
    assert closing is not None
    return closing


def test_a_caller_who_hung_up_is_closed_with_asterisks_time_and_cause() -> None:
    closing = closed(close_from_cel(OPEN, TALKED, BOOT))

    assert (closing.ended_at, closing.cause) == (after(40), 19)
    assert closing.end_reason is EndReason.ENDED_WHILE_AWAY
    assert closing.outcome is Outcome.TALKED
    assert closing.agents == OPEN.agents


def test_each_leg_ends_when_its_own_channel_did() -> None:
    facts = closed(close_from_cel(OPEN, TALKED, BOOT)).facts

    ends = {fact.leg_id: (fact.at, fact.hangup_cause) for fact in facts if type(fact) is LegEnded}
    assert ends == {CALLER: (after(40), 19), AGENT: (after(39), 16)}


def test_waiting_and_offers_end_with_the_call() -> None:
    facts = closed(close_from_cel(OPEN, WAITED, BOOT)).facts

    (left,) = (fact for fact in facts if isinstance(fact, QueueLeft))
    (offer,) = (fact for fact in facts if isinstance(fact, OfferEnded))
    assert (left.result, left.how, left.at) == (VisitResult.ABANDONED, "hung_up", after(30))
    assert (offer.result, offer.at) == ("rescinded", after(30))
    assert isinstance(facts[-1], CallEnded)  # it removes the saved step, so it comes last


def test_a_leg_that_cel_knows_no_end_of_may_live_on() -> None:
    facts = closed(close_from_cel(OPEN, WAITED, BOOT)).facts

    assert [fact.leg_id for fact in facts if isinstance(fact, LegEnded)] == [CALLER]


def test_an_end_that_was_told_is_not_told_again() -> None:
    told = replace(OPEN, ended=Ended(after(30), 16), is_told=True)

    assert not [f for f in closed(close_from_cel(told, WAITED, BOOT)).facts if type(f) is Happened]


def test_a_call_without_an_end_is_left_alone() -> None:
    assert close_from_cel(OPEN, TALKED[:5], BOOT) is None


def test_a_restarted_asterisk_took_its_calls_with_it() -> None:
    sign = Absence(last_sign=after(100))
    closing = closed(close_from_cel(OPEN, WAITED[:2], after(120), sign))

    assert (closing.ended_at, closing.cause) == (after(100), None)
    assert (closing.end_reason, closing.outcome) == (EndReason.PBX_RESTART, Outcome.FAILED)
    assert {fact.leg_id for fact in closing.facts if isinstance(fact, LegEnded)} == {CALLER, AGENT}


def test_who_was_lost_with_asterisk_is_called_back_once() -> None:
    known = replace(OPEN, caller="13800138000")

    closings = [closed(close_from_cel(known, WAITED[:2], after(120))) for _ in range(2)]

    first, again = (
        [fact for fact in closing.facts if isinstance(fact, CallbackBooked)] for closing in closings
    )
    assert [(fact.number, fact.due_at) for fact in first] == [("13800138000", after(1))]
    assert first == again


def test_who_hung_up_is_owed_nothing() -> None:
    closing = closed(close_from_cel(replace(OPEN, caller="13800138000"), WAITED, BOOT))

    assert not any(isinstance(fact, CallbackBooked) for fact in closing.facts)


def test_talk_that_a_restart_cut_off_stays_a_talk() -> None:
    closing = closed(close_from_cel(OPEN, TALKED[:5], after(120)))

    assert (closing.outcome, closing.ended_at) == (Outcome.TALKED, after(10))


def test_an_end_in_cel_counts_more_than_a_later_restart() -> None:
    closing = closed(close_from_cel(OPEN, WAITED, after(120)))

    assert closing.end_reason is EndReason.ENDED_WHILE_AWAY


def test_a_channel_that_is_missing_while_cel_is_mute_ended_when_it_was_missed() -> None:
    closing = closed(close_from_cel(OPEN, (), BOOT, Absence(missed_at=after(55))))

    assert (closing.ended_at, closing.end_reason) == (after(55), EndReason.ENDED_WHILE_AWAY)


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (row("APP_START", 5, app="Record", context="app-fallback-message"), Outcome.LEFT_MESSAGE),
        (row("APP_START", 5, app="Dial", context="app-fallback"), Outcome.FALLBACK),
        (row("ANSWER", 5), Outcome.ABANDONED),
    ],
)
def test_the_outcome_is_the_furthest_thing_anybody_saw(row: CelRow, outcome: Outcome) -> None:
    assert closed(close_from_cel(OPEN, (*WAITED, row), BOOT)).outcome is outcome


def test_what_the_dialplan_wrote_is_kept() -> None:
    known = OpenRecord(
        call_id=CALL,
        arrived_at=START,
        caller_channel=None,
        ended=Ended(after(44), 16),
        reached=frozenset({Outcome.LEFT_MESSAGE}),
    )

    closing = closed(close_from_cel(known, (), BOOT))

    assert (closing.ended_at, closing.cause) == (after(44), 16)
    assert closing.outcome is Outcome.LEFT_MESSAGE


def test_legs_of_a_live_call_end_one_by_one() -> None:
    facts = legs_over(OPEN, TALKED[:7])

    assert [fact.leg_id for fact in facts if isinstance(fact, LegEnded)] == [AGENT]
    assert len(facts) == 1


def test_a_call_only_asterisk_saw_gets_a_whole_record() -> None:
    call = record_from_cel(WAITED, BOOT)

    assert call is not None
    assert call.key == (CALL, START)
    assert (call.caller, call.dialled, call.outcome) == ("139", "95001", "abandoned_in_flow")
    assert call.end == (after(30), 16)


def test_a_caller_gone_before_the_dialplan_named_the_call_gets_the_same_name_each_time() -> None:
    rows = (ARRIVAL, row("CHAN_END", 0.01, account=""))

    first, again = record_from_cel(rows, BOOT), record_from_cel(rows[::-1], BOOT)

    assert first is not None
    assert first == again
    assert first.key.arrived_at == START


def test_a_call_that_may_be_alive_gets_no_record() -> None:
    assert record_from_cel(WAITED[:2], BOOT) is None


@given(st.data(), st.sampled_from([WAITED, TALKED]), st.booleans())
def test_rows_in_any_order_some_twice_close_the_call_the_same_way(
    data: st.DataObject, rows: tuple[CelRow, ...], restarted: bool
) -> None:
    boot = after(120) if restarted else BOOT
    extra = data.draw(st.lists(st.sampled_from(rows)))
    shuffled = data.draw(st.permutations([*rows, *extra]))

    assert close_from_cel(OPEN, shuffled, boot) == close_from_cel(OPEN, rows, boot)


@given(st.lists(st.sampled_from(TALKED), unique=True), st.booleans())
def test_with_rows_lost_the_end_is_asterisks_own_or_none(rows: list[CelRow], lost: bool) -> None:
    closing = close_from_cel(OPEN, rows, after(120) if lost else BOOT)

    if any(row.event == "CHAN_END" and row.unique_id == CALLER for row in rows):
        assert closed(closing).ended_at == after(40)
    else:
        assert (closing is not None) is lost
