"""An agent asks a colleague while the caller holds."""

import asyncio
from uuid import UUID

import pytest

from ari_app.domain.agent import AgentState, Reason
from ari_app.flows.active import ActiveCall
from ari_app.workers.consults import Consults
from tests.fakes.calls import active_call
from tests.fakes.floor import Floor, an_agent
from tests.fakes.telephony import FakeLeg, FakeLine, FakeRoom, never_answers, refuses

S = AgentState


class Desk:
    """Agent 8001 is in a call; `own` is the second channel of the phone."""

    def __init__(self) -> None:
        self.floor = Floor(an_agent(8001), an_agent(8002))
        self.floor.log_in()
        self.caller, line = FakeLeg("caller"), FakeLine(agent_after=1)
        self.call = active_call(self.caller, line, FakeRoom(self.floor.exchange))
        self.facts = self.call.facts
        self.live: dict[UUID, ActiveCall] = {self.facts.id: self.call}
        self.consults = Consults(self.floor.exchange.open_room, self.floor.dispatcher, self.live)
        self.own = self.floor.exchange.legs["own"] = FakeLeg("own")

    def is_talking(self) -> None:
        roster, seat = self.floor.roster, self.floor.seat(8001)
        roster.move(seat, S.RESERVED, Reason.OFFER, call_id=self.facts.id)
        roster.move(seat, S.TALKING, Reason.ACCEPTED, call_id=self.facts.id)

    async def dials(self, number: str, phone: str = "phone-8001", seconds: float = 10) -> None:
        self.consults.dialled("hotline-0", "own", [phone, number])
        await asyncio.sleep(seconds)

    @property
    def colleague(self) -> FakeLeg:
        return self.floor.on_phone(8002)


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    desk.is_talking()
    return desk


async def test_the_two_agents_are_joined_and_the_caller_is_not_among_them(desk: Desk) -> None:
    await desk.dials("8002")

    leg = desk.colleague.id
    assert desk.floor.exchange.bridges == {f"{leg}-consult": ("own", leg)}
    assert (desk.floor.state(8001), desk.floor.state(8002)) == (S.TALKING, S.TALKING)
    assert desk.call.consult is not None
    desk.own.vanish()
    await asyncio.sleep(1)


@pytest.mark.parametrize("who", ["own", "caller", "colleague"])
async def test_whoever_leaves_the_consult_is_over_and_the_colleague_free(
    desk: Desk, who: str
) -> None:
    await desk.dials("8002")
    legs = {"own": desk.own, "caller": desk.caller, "colleague": desk.colleague}

    legs[who].vanish()
    await asyncio.sleep(3)

    assert desk.own.is_gone
    assert legs["colleague"].is_gone
    assert desk.floor.state(8002) is S.WRAP_UP
    assert desk.call.consult is None
    assert desk.floor.exchange.bridges == {}
    assert desk.floor.exchange.open_rooms == 0


async def test_a_colleague_whom_the_caller_takes_stays(desk: Desk) -> None:
    await desk.dials("8002")
    colleague, consult = desk.colleague, desk.call.consult
    assert consult is not None

    consult.taken.set()
    await asyncio.sleep(3)

    assert desk.own.hung_up
    assert not colleague.is_gone
    assert desk.floor.state(8002) is S.TALKING


async def test_a_wish_on_the_second_channel_reaches_the_call(desk: Desk) -> None:
    await desk.dials("8002")

    desk.own.refer("", f"{desk.facts.id}-a1")
    await asyncio.sleep(1)
    assert desk.call.hand_over.is_set()
    desk.call.hand_over.clear()
    desk.own.refer("95001")
    await asyncio.sleep(1)

    assert not desk.call.hand_over.is_set()
    assert desk.own.transfers_answered == [False]
    desk.own.vanish()
    await asyncio.sleep(1)


@pytest.mark.parametrize("phone", [refuses(), never_answers()])
async def test_a_colleague_who_does_not_come_is_told_of(desk: Desk, phone: object) -> None:
    desk.floor.phone(8002, phone)  # type: ignore[arg-type]

    await desk.dials("8002", seconds=40)

    assert desk.own.heard == ["zh/colleague-not-available"]
    assert desk.own.is_gone
    assert not desk.caller.is_gone


@pytest.mark.parametrize("number", ["4711", "8001", "12", ""])
async def test_nobody_is_rung_for_a_number_that_is_no_colleagues(desk: Desk, number: str) -> None:
    await desk.dials(number)

    assert desk.own.heard == ["zh/colleague-not-available"]
    assert desk.floor.exchange.rung == []


async def test_who_is_in_no_call_is_told_so() -> None:
    desk = Desk()

    await desk.dials("8002")

    assert desk.own.heard == ["zh/consult-needs-a-call"]
    assert desk.floor.state(8002) is S.READY


async def test_a_phone_of_no_agent_is_told_so(desk: Desk) -> None:
    await desk.dials("8002", phone="phone-of-nobody")

    assert desk.own.heard == ["zh/agent-not-known"]


async def test_one_consult_at_a_time(desk: Desk) -> None:
    await desk.dials("8002")
    second = desk.floor.exchange.legs["second"] = FakeLeg("second")

    desk.consults.dialled("hotline-0", "second", ["phone-8001", "8002"])
    await asyncio.sleep(5)

    assert second.heard == ["zh/consult-needs-a-call"]
    desk.own.vanish()
    await asyncio.sleep(1)
