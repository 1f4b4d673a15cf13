"""Calls to work with: facts with an id of their own, and a call whose flow could run."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

from ari_app.domain.call import CallFacts
from ari_app.flows.active import ActiveCall
from tests.fakes.clock import NOON, LoopClock
from tests.fakes.enquiries import FakeEnquiries
from tests.fakes.flows import FakeFlows
from tests.fakes.journal import FakeJournal
from tests.fakes.telephony import FakeLeg, FakeLine, FakeRoom

_NUMBERS = itertools.count(1)


def some_facts(**changed: Any) -> CallFacts:
    number = next(_NUMBERS)
    values: dict[str, Any] = {
        "id": UUID(int=number),
        "arrived_at": NOON - timedelta(seconds=1),
        "caller": f"138{number:08}",
        "dialled": "95001",
        "language": "zh",
        "priority": 0,
        "tier": "normal",
        "customer_id": None,
        "trunk": "world",
        "timeslot": None,
        "node": "node1",
    }
    return CallFacts(**(values | changed))


def active_call(
    leg: FakeLeg, line: FakeLine | None = None, room: FakeRoom | None = None, **facts: Any
) -> ActiveCall:
    return ActiveCall(
        facts=some_facts(**facts),
        leg=leg,
        line=line or FakeLine(agent_after=5),
        room=room or FakeRoom(),
        journal=FakeJournal(),
        clock=LoopClock(),
        flows=FakeFlows(),
        enquiries=FakeEnquiries().asked,
    )


def journal_of(call: ActiveCall) -> FakeJournal:
    assert isinstance(call.journal, FakeJournal)
    return call.journal
