"""Callers and phones that exist only in memory: scripted keys, scripted ringing."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from ari_app.domain.acd.overflow import Destination, DestinationKind, OverflowBy, SentOn
from ari_app.domain.acd.past import KeptPlace
from ari_app.domain.call import CallFacts
from ari_app.domain.day_part import DayPart
from ari_app.domain.errors import CallerHungUp, NotAnswered, NotReady, Unavailable
from ari_app.domain.flow import Prospect
from ari_app.domain.invitation import Invitation
from ari_app.domain.transfer import Refusal, Transfer, Wish
from ari_app.ports import Leg, QueueLimits, Reached, Room

PROMPT_SECONDS = 1.0
BUSY, REJECTED, NO_ANSWER, ABSENT, OUT_OF_ORDER = 17, 21, 19, 20, 27  # Q.850


class FakeLeg:
    """A party on the line. `answers` are the keys pressed after one question each; "" is none."""

    def __init__(
        self, id: str = "caller", *, answers: Iterable[str] = (), speaks_for: float = 60.0
    ) -> None:
        self.id = id
        self.heard: list[str] = []
        self.begun_with: tuple[str, ...] = ()
        self.music = False
        self.overlooked: list[str] = []
        self.answered = False
        self.is_inherited = False
        self.hung_up = False
        self.variables: dict[str, str] = {}
        self.fell_back: str | None = None
        self.cause: int | None = None
        self.broken: Exception | None = None  # what every command raises
        self.ended_at: datetime | None = None
        self.was_lost = False
        self.transfers_answered: list[bool] = []
        self.declined_unheard = False
        self._wishes: asyncio.Queue[Wish] = asyncio.Queue()
        self._answers = iter(answers)
        self._speaks_for = speaks_for
        self._keys: deque[str] = deque()
        self._key_came = asyncio.Event()
        self._gone = asyncio.Event()
        self._told: list[Callable[[], object]] = []
        self.on_gone: Callable[[], object] = str  # nothing

    # ---- what the party does ----

    def vanish(self, cause: int | None = 16) -> None:
        if not self.is_gone:
            self.cause = cause
            self._gone.set()
            self.on_gone()
            told, self._told = self._told, []
            for each in told:
                each()

    def vanish_after(self, seconds: float, cause: int | None = 16) -> None:
        asyncio.get_running_loop().call_later(seconds, self.vanish, cause)

    def press(self, key: str) -> None:
        self._keys.append(key)
        self._key_came.set()

    def press_after(self, seconds: float, key: str) -> None:
        asyncio.get_running_loop().call_later(seconds, self.press, key)

    def refer(self, to: str, replaces: str | None = None) -> None:
        self._wishes.put_nowait(Wish(to, replaces))

    def refer_after(self, seconds: float, to: str, replaces: str | None = None) -> None:
        asyncio.get_running_loop().call_later(seconds, self.refer, to, replaces)

    # ---- what is done to it ----

    @property
    def is_gone(self) -> bool:
        return self._gone.is_set()

    async def gone(self) -> None:
        await self._gone.wait()

    def when_gone(self, told: Callable[[], object]) -> None:
        if self.is_gone:
            asyncio.get_running_loop().call_soon(told)
        else:
            self._told.append(told)

    async def why_gone(self) -> int | None:
        await self.gone()
        return self.cause

    async def look_again(self) -> bool:
        return not self.is_gone

    async def transfer_asked(self) -> Wish:
        return await self._wishes.get()

    async def decline_what_nobody_heard(self) -> None:
        self.declined_unheard = True

    async def answer_transfer(self, accepted: bool) -> None:
        self.transfers_answered.append(accepted)

    async def take(self) -> None:
        self._need()
        self.variables["GROUP(call)"] = "taken"

    def inherited(self) -> None:
        self.is_inherited = True

    async def answer(self) -> None:
        self._need()
        self.answered = True

    def begin(self, prompts: Sequence[str], language: str) -> None:
        self.begun_with = tuple(f"{language}/{prompt}" for prompt in prompts)

    async def begun(self) -> None:
        """Asterisk answers at once."""

    async def play(self, prompts: Sequence[str], language: str, *, until_key: bool = False) -> None:
        self._need()
        for prompt in prompts:
            self.heard.append(f"{language}/{prompt}")
            await self._unless_gone(asyncio.sleep(PROMPT_SECONDS))

    async def ask(self, prompts: Sequence[str], language: str, *, within: float) -> str:
        self._need()
        self.heard += [f"{language}/{prompt}" for prompt in prompts]
        key = next(self._answers, "")
        if key or self._keys:
            return key or self._keys.popleft()
        await self._unless_gone(asyncio.sleep(len(prompts) * PROMPT_SECONDS + within))
        return ""

    async def next_key(self) -> str:
        while not self._keys:
            self._key_came.clear()
            await self._unless_gone(self._key_came.wait())
        return self._keys.popleft()

    def overlook(self, key: str) -> None:
        self.overlooked.append(key)

    async def hush(self) -> None:
        """Nothing plays on: whoever played was cancelled."""

    async def start_music(self) -> None:
        self._need()
        self.music = True

    async def stop_music(self) -> None:
        self._need()
        self.music = False

    async def record(self, name: str, *, longest: float) -> float:
        self._need()
        self.heard.append(f"record {name}")
        seconds = min(self._speaks_for, longest)
        await self._unless_gone(asyncio.sleep(seconds))
        return seconds

    async def forget_recording(self, name: str) -> None:
        self._need()
        self.heard.append(f"forget {name}")

    async def hang_up(self) -> None:
        self.hung_up = True
        self.vanish()

    async def set_variable(self, name: str, value: str) -> None:
        self._need()
        self.variables[name] = value

    async def fall_back(self, why: str, language: str = "") -> None:
        self._need()
        self.fell_back = why
        if language:
            self.variables["CC_LANGUAGE"] = language
        self.vanish(None)

    def _need(self) -> None:
        if self.is_gone:
            raise CallerHungUp(self.id)
        if self.broken is not None:
            raise self.broken

    async def _unless_gone(self, what: Awaitable[object]) -> None:
        ways = [asyncio.ensure_future(what), asyncio.ensure_future(self._gone.wait())]
        try:
            self._need()
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
        self._need()


@dataclass(frozen=True)
class Phone:
    """What a phone does `after` so many seconds of ringing; without a cause it answers.

    `talks_for`: it vanishes so long after it answered.
    """

    after: float = 2.0
    cause: int | None = None
    talks_for: float | None = None
    error: Exception | None = None


def answers(after: float = 2.0, *, talks_for: float | None = None) -> Phone:
    return Phone(after, talks_for=talks_for)


def refuses(after: float = 1.0) -> Phone:
    return Phone(after, cause=REJECTED)


def never_answers() -> Phone:
    return Phone(after=1e6)


def dies_while_ringing(after: float = 1.0) -> Phone:
    return Phone(after, cause=OUT_OF_ORDER)


def is_not_registered() -> Phone:
    return Phone(after=0.0, cause=ABSENT)


def asterisk_is_away(after: float = 3.0) -> Phone:
    return Phone(after, error=Unavailable("not connected"))


@dataclass
class Exchange:
    """All phones and calls of a site. A phone rings or talks once at a time, or it is a bug."""

    phones: dict[str, Phone] = field(default_factory=dict)
    in_use: dict[str, str] = field(default_factory=dict)  # endpoint -> channel
    rung: list[tuple[str, str]] = field(default_factory=list)  # endpoint, channel
    variables: list[Mapping[str, str]] = field(default_factory=list)  # of each that was rung
    legs: dict[str, FakeLeg] = field(default_factory=dict)
    bridges: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mixed: list[bool] = field(default_factory=list)  # how each pair was joined
    open_rooms: int = 0

    def open_room(self, app: str = "hotline-0", name: str = "call") -> "FakeRoom":
        self.open_rooms += 1
        return FakeRoom(self)

    def leg(self, endpoint: str) -> FakeLeg:
        """Who is on this phone now."""
        return self.legs[self.in_use[endpoint]]


class FakeHearing:
    """A line without a sound; what is understood of it is FakeSpeech's business."""

    async def next(self) -> bytes:
        await asyncio.sleep(0.02)
        return bytes(320)


class FakeRoom:
    def __init__(self, exchange: Exchange | None = None) -> None:
        self.exchange = exchange or Exchange()
        self.breaks: asyncio.Future[None] | None = None  # set its error: events break off
        self.deaf = False
        self.heard_as: list[str] = []

    async def ring(
        self, channel_id: str, invitation: Invitation, asked: Callable[[], object] = bool
    ) -> FakeLeg:
        endpoint = invitation.endpoint
        exchange = self.exchange
        assert endpoint not in exchange.in_use, f"{endpoint} is busy with {exchange.in_use}"
        exchange.rung.append((endpoint, channel_id))
        exchange.variables.append(invitation.variables)
        exchange.in_use[endpoint] = channel_id
        asked()
        try:
            leg = await self._outcome(exchange.phones[endpoint], channel_id, invitation.seconds)
        except BaseException:
            del exchange.in_use[endpoint]
            raise
        exchange.legs[channel_id] = leg
        leg.on_gone = partial(exchange.in_use.pop, endpoint)
        return leg

    async def _outcome(self, phone: Phone, channel_id: str, seconds: float) -> FakeLeg:
        await asyncio.sleep(min(phone.after, seconds))
        if phone.error is not None:
            raise phone.error
        if phone.after > seconds:
            raise NotAnswered(channel_id, NO_ANSWER)
        if phone.cause is not None:
            raise NotAnswered(channel_id, phone.cause)
        leg = FakeLeg(channel_id)
        if phone.talks_for is not None:
            leg.vanish_after(phone.talks_for)
        return leg

    async def join(self, bridge_id: str, legs: Sequence[object], *, mixed: bool = False) -> None:
        parties = [leg for leg in legs if isinstance(leg, FakeLeg)]
        if any(leg.is_gone for leg in parties):
            raise CallerHungUp(bridge_id)
        self.exchange.bridges[bridge_id] = tuple(leg.id for leg in parties)
        self.exchange.mixed.append(mixed)

    async def close_bridge(self, bridge_id: str, staying: object) -> None:
        self.exchange.bridges.pop(bridge_id, None)

    @asynccontextmanager
    async def hear(self, leg: object, name: str) -> AsyncIterator["FakeHearing"]:
        if self.deaf:
            raise Unavailable("nobody is heard")
        self.heard_as.append(name)
        yield FakeHearing()

    async def reenter(self, leg: Leg, context: str) -> FakeLeg:
        there = self.exchange.legs[leg.id]
        if there.is_gone:
            raise CallerHungUp(leg.id)
        there.variables["context"] = context
        return there

    def leg(self, channel_id: str) -> FakeLeg:
        return self.exchange.legs.setdefault(channel_id, FakeLeg(channel_id))

    async def run(self) -> None:
        self.breaks = asyncio.get_running_loop().create_future()
        await self.breaks

    def lost(self, at: datetime) -> None:
        for leg in self.exchange.legs.values():
            leg.ended_at, leg.was_lost = at, True
            leg.vanish(None)

    def close(self) -> None:
        self.exchange.open_rooms -= 1


def overflow_to(kind: str, name: str) -> SentOn:
    """Because of twenty seconds of waiting."""
    return SentOn(Destination(DestinationKind(kind), name), OverflowBy.WAIT, 20.0, 20.0)


def _nobody(_: Reached) -> None:
    """Hears of it."""


class FakeLine:
    """Gives every caller the same agent, on a fresh leg, after the same wait."""

    def __init__(
        self,
        *,
        agent_after: float,
        anybody: bool = True,
        talks_for: float | None = None,
        cause: int = 16,
    ) -> None:
        """Args: cause: why the agent's leg ends after `talks_for` seconds."""
        self.waiting = 0
        self.left: list[str] = []
        self.served: list[CallFacts] = []
        self.queues: list[str] = []
        self.restored: list[Mapping[str, str] | None] = []
        self.talks: list[tuple[int, str]] = []
        self.agents: list[FakeLeg] = []
        self.position = 3
        self.anybody = anybody
        self.closed: set[str] = set()
        self.prospects: dict[str, Prospect] = {}
        self.kept: dict[str, KeptPlace] = {}  # of an earlier call, by queue
        self.sends_on: list[tuple[float, SentOn]] = []  # one per stay: after so many seconds
        self.refusal: Refusal | None = None  # of every transfer
        self.transfers: list[Transfer] = []
        self.colleague_answers = True
        self.busy_for = 0.0  # seconds until the agent of `direct` is ready
        self.callbacks: list[tuple[str, str, datetime]] = []  # queue, number, place since
        self.parts_of_day: list[DayPart | None] = []  # of each callback
        self.promises: list[float] = []  # taken from the front; none left: nothing is promised
        self.patiences: dict[str, QueueLimits] = {}  # of queues that differ
        self.on_leave: Callable[[], object] = lambda: None
        self.on_answer: Callable[[FakeLeg], object] = lambda leg: None
        self.patience = QueueLimits(max_wait=120, first_word_after=3, announce_every=30)
        self._agent_after = agent_after
        self._talks_for = talks_for
        self._cause = cause
        self._on_reached: Callable[[Reached], object] = _nobody

    def when_reached(self, tell: Callable[[Reached], object]) -> None:
        self._on_reached = tell

    def limits(self, queue: str) -> QueueLimits:
        return self.patiences.get(queue, self.patience)

    def is_open(self, queue: str) -> bool:
        return queue not in self.closed

    def prospect(self, call: CallFacts, queue: str) -> Prospect:
        return self.prospects.get(queue, Prospect(True, 0, 1, None))

    async def unhurried(self) -> None: ...

    def kept_place(self, call: CallFacts, queue: str) -> KeptPlace | None:
        return self.kept.get(queue)

    def book_callback(
        self,
        call: CallFacts,
        queue: str,
        number: str,
        place_since: datetime,
        part: DayPart | None = None,
    ) -> None:
        self.callbacks.append((queue, number, place_since))
        self.parts_of_day.append(part)

    @asynccontextmanager
    async def place(
        self,
        call: CallFacts,
        leg: Leg,
        room: Room,
        queue: str,
        saved: Mapping[str, str] | None = None,
    ) -> AsyncIterator["FakeLine"]:
        self.waiting += 1
        self.served.append(call)
        self.queues.append(queue)
        self.restored.append(saved)
        try:
            yield self
        finally:
            self.waiting -= 1
            for agent in self.agents:
                await agent.hang_up()
            self.on_leave()
            self._on_reached = _nobody

    def why_not(self, transfer: Transfer) -> Refusal | None:
        return self.refusal

    @asynccontextmanager
    async def direct(
        self, call: CallFacts, leg: Leg, room: Room, transfer: Transfer
    ) -> AsyncIterator["FakeDirect"]:
        self.transfers.append(transfer)
        direct = FakeDirect(self, transfer)
        try:
            yield direct
        finally:
            if direct.leg is not None:
                await direct.leg.hang_up()

    def promise(self) -> float | None:
        return self.promises.pop(0) if self.promises else None

    async def agent(self) -> Reached:
        await asyncio.sleep(self._agent_after)
        reached = Reached(8001, self.a_leg())
        self._on_reached(reached)
        return reached

    def a_leg(self) -> FakeLeg:
        """Of the next agent who answers."""
        leg = FakeLeg(f"agent-{len(self.agents) + 1}")
        if self._talks_for is not None:
            leg.vanish_after(self._talks_for, self._cause)
        self.agents.append(leg)
        self.on_answer(leg)
        return leg

    @asynccontextmanager
    async def talking(self, call: CallFacts, agent_id: int, leg: Leg) -> AsyncIterator["FakeLine"]:
        self.talks.append((agent_id, leg.id))
        yield self

    async def sent_on(self) -> SentOn:
        if not self.sends_on:
            never: asyncio.Future[SentOn] = asyncio.get_running_loop().create_future()
            return await never
        seconds, sent_on = self.sends_on.pop(0)
        await asyncio.sleep(seconds)
        return sent_on

    def leaving(self, how: str, sent_on: SentOn | None = None) -> None:
        self.left.append(how)

    def agent_lost(self) -> None:
        self.left.append("agent lost")

    def saved(self) -> Mapping[str, str]:
        return {"visit": "1", "since": "2026-08-03T12:00:00+00:00"}


class FakeDirect:
    """The colleague answers after three seconds, or nobody does."""

    def __init__(self, line: FakeLine, transfer: Transfer) -> None:
        self.leg: FakeLeg | None = None
        self._line = line
        self._transfer = transfer

    async def agent(self, *, patience: float = 0.0) -> Reached:
        busy_for = self._line.busy_for
        await asyncio.sleep(min(busy_for, patience))
        if busy_for > patience:
            raise NotReady("colleague", Refusal.BUSY)
        await asyncio.sleep(3)
        if not self._line.colleague_answers:
            raise NotAnswered("colleague", NO_ANSWER)
        self.leg = self._line.a_leg()
        return Reached(self._transfer.to, self.leg)

    def agent_lost(self) -> None:
        self._line.left.append("agent lost")
