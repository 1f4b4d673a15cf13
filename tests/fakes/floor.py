"""A site in memory: queues, agents at phones, a dispatcher, and the calls that come in."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, tzinfo
from typing import Any
from uuid import UUID

from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.call import CallFacts
from ari_app.domain.skill import SkillProfile
from ari_app.domain.staff import Presence, QueueConfig, StaffMember
from ari_app.ports import Reached
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.place import QueuePlace
from ari_app.workers.roster import Roster, Seat
from tests.fakes.calls import some_facts
from tests.fakes.clock import LoopClock
from tests.fakes.journal import FakeJournal
from tests.fakes.telephony import Exchange, FakeLeg, FakeRoom, Phone, answers

RING_SECONDS = 15.0
WRAP_UP_SECONDS = 10.0


def a_queue(name: str = "orders", **values: Any) -> QueueConfig:
    """Args: values: of QueueConfig or of its rules."""
    number = int.from_bytes(name.encode()[:8], "big")
    rules: dict[str, Any] = {"requires": {name: 1}}
    rules |= {key: value for key, value in values.items() if key in QueueRules.__struct_fields__}
    rest = {key: value for key, value in values.items() if key not in rules}
    return QueueConfig(
        UUID(int=number), QueueRules(id=name, **rules), RING_SECONDS, 120, 30, **rest
    )


def an_agent(id: int = 8001, presence: Presence | None = None, **skills: int) -> StaffMember:
    return StaffMember(
        id=id,
        name=f"Agent {id}",
        phone=f"phone-{id}",
        language="zh",
        wrap_up_seconds=WRAP_UP_SECONDS,
        profile=SkillProfile.of(skills or {"orders": 5}),
        presence=presence,
    )


class Floor:
    """Agents by number; `call` is a stay in the line, as a flow makes it."""

    def __init__(
        self,
        *members: StaffMember,
        queues: tuple[QueueConfig, ...] = (),
        phones: Mapping[int, Phone] | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self.clock = LoopClock(loop)
        self.journal = FakeJournal()
        self.exchange = Exchange()
        self.roster = Roster(self.journal, self.clock)
        self.dispatcher = Dispatcher(
            self.roster, self.journal, self.clock, language_skills={"en": "english"}, zone=zone
        )
        self.roster.load(members)
        for member in members:
            self.phone(member.id, answers())
        for number, phone in (phones or {}).items():
            self.phone(number, phone)
        self.dispatcher.load_queues(queues or (a_queue(),))
        self.dispatcher.start()

    def phone(self, number: int, phone: Phone) -> None:
        self.exchange.phones[f"PJSIP/phone-{number}"] = phone

    def on_phone(self, number: int) -> FakeLeg:
        return self.exchange.leg(f"PJSIP/phone-{number}")

    def seat(self, number: int = 8001) -> Seat:
        return self.roster.seat(number)

    def state(self, number: int = 8001) -> AgentState:
        return self.seat(number).state

    def log_in(self, *numbers: int) -> None:
        for number in numbers or [seat.member.id for seat in self.roster.seats()]:
            self.roster.ask(self.seat(number), AgentState.READY, Reason.LOGIN)

    def pause(self, number: int = 8001) -> None:
        self.roster.ask(self.seat(number), AgentState.PAUSED, Reason.BREAK)

    @asynccontextmanager
    async def waiting(
        self,
        leg: FakeLeg | None = None,
        queue: str = "orders",
        saved: Mapping[str, str] | None = None,
        call: CallFacts | None = None,
        **facts: Any,
    ) -> AsyncIterator[QueuePlace]:
        call, room = call or some_facts(**facts), FakeRoom(self.exchange)
        caller = leg or FakeLeg(f"caller-{call.id.int}")
        async with self.dispatcher.place(call, caller, room, queue, saved) as place:
            yield place

    async def talk(self, seconds: float = 60.0, **facts: Any) -> Reached:
        """Waits, talks and hangs up."""
        async with self.waiting(**facts) as place:
            reached = await place.agent()
            await asyncio.sleep(seconds)
            return reached
