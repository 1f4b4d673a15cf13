"""A caller, agents and queues that are only imagined, behind the ports that flows use."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Never

from ari_app.domain.acd.overflow import SentOn
from ari_app.domain.acd.past import KeptPlace
from ari_app.domain.call import CallFacts
from ari_app.domain.day_part import DayPart
from ari_app.domain.errors import NotReady, Unavailable
from ari_app.domain.flow import Prospect
from ari_app.domain.hours import Standing
from ari_app.domain.invitation import Invitation
from ari_app.domain.transfer import Refusal, Transfer, Wish
from ari_app.ports import Hearing, Leg, QueueLimits, Reached, Room
from ari_app.trial.situation import SILENCE, Agents, Openings, Situation
from ari_app.trial.track import End, Track, TrialOver
from ari_app.trial.virtual import VirtualClock

FIRST_WORD_AFTER, ANNOUNCE_EVERY, MAX_WAIT = 8.0, 30.0, 600.0
PRESSED_AFTER = 15.0  # seconds in a line: by then the caller has heard what the keys are for
TALK_SECONDS = 60.0
AGENT = 1001


class TrialLeg:
    """Presses the next key once it is asked for; a gap in the keys is silence."""

    def __init__(self, track: Track, situation: Situation, id: str = "caller") -> None:
        self.id = id
        self._track = track
        self._keys = deque(situation.keys)
        self._speaks = situation.speaks_seconds
        self._gone = asyncio.Event()
        self.cause: int | None = 16
        self.ended_at: datetime | None = None
        self.was_lost = False

    def hang_up_after(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._gone.set)

    @property
    def has_keys(self) -> bool:
        return bool(self._keys)

    def inherited(self) -> None: ...
    async def take(self) -> None: ...
    async def answer(self) -> None: ...
    def begin(self, prompts: Sequence[str], language: str) -> None: ...
    async def begun(self) -> None: ...
    async def hush(self) -> None: ...
    async def start_music(self) -> None: ...
    async def stop_music(self) -> None: ...
    async def set_variable(self, name: str, value: str) -> None: ...

    def overlook(self, key: str) -> None:
        if self._keys and self._keys[0] == key:
            self._keys.popleft()

    async def play(self, prompts: Sequence[str], language: str, *, until_key: bool = False) -> None:
        self._track.heard(language, *prompts)
        await asyncio.sleep(0)

    async def ask(self, prompts: Sequence[str], language: str, *, within: float) -> str:
        self._track.heard(language, *prompts)
        key = self._keys.popleft() if self._keys else SILENCE
        self._track.pressed(key)
        if key != SILENCE:
            return key
        await asyncio.sleep(within)
        return ""

    async def next_key(self) -> str:
        """In a line."""
        while self._keys:
            await asyncio.sleep(PRESSED_AFTER)
            key = self._keys.popleft()
            self._track.pressed(key)
            if key != SILENCE:
                return key
        return await _never()

    async def record(self, name: str, *, longest: float) -> float:
        seconds = min(self._speaks, longest)
        await asyncio.sleep(seconds)
        return seconds

    async def forget_recording(self, name: str) -> None:
        """Nothing was recorded."""

    async def hang_up(self) -> None:
        self._gone.set()

    async def look_again(self) -> bool:
        return not self.is_gone

    async def fall_back(self, why: str, language: str = "") -> None:
        raise TrialOver(End("fallback"))

    async def transfer_asked(self) -> Wish:
        return await _never()

    async def decline_what_nobody_heard(self) -> None: ...

    async def answer_transfer(self, accepted: bool) -> None: ...

    async def gone(self) -> None:
        await self._gone.wait()

    def when_gone(self, told: Callable[[], object]) -> None:
        """A place in line asks for it, and there are none here."""

    async def why_gone(self) -> int | None:
        await self.gone()
        return self.cause

    @property
    def is_gone(self) -> bool:
        return self._gone.is_set()


class TrialRoom:
    """Nobody is rung."""

    def __init__(self, track: Track) -> None:
        self._track = track

    async def ring(
        self, channel_id: str, invitation: Invitation, asked: Callable[[], object] = bool
    ) -> Leg:
        raise TrialOver(End("phone", invitation.endpoint))

    async def join(self, bridge_id: str, legs: Sequence[Leg], *, mixed: bool = False) -> None: ...

    async def close_bridge(self, bridge_id: str, staying: Leg) -> None: ...

    def hear(self, leg: Leg, name: str) -> AbstractAsyncContextManager[Hearing]:
        raise Unavailable("nobody speaks in a trial: keys only")

    def leg(self, channel_id: str) -> Leg:
        raise TrialOver(End("phone", channel_id))

    async def run(self) -> None: ...
    def lost(self, at: datetime) -> None: ...
    def close(self) -> None: ...


class TrialLine:
    """Every queue, with the opening hours it really has."""

    def __init__(
        self, track: Track, situation: Situation, clock: VirtualClock, openings: Openings
    ) -> None:
        self._track = track
        self._situation = situation
        self._clock = clock
        self._openings = openings

    def limits(self, queue: str) -> QueueLimits:
        return QueueLimits(MAX_WAIT, FIRST_WORD_AFTER, ANNOUNCE_EVERY)

    async def unhurried(self) -> None: ...

    def kept_place(self, call: CallFacts, queue: str) -> KeptPlace | None:
        """Nobody on trial has called before."""
        return None

    def is_open(self, queue: str) -> bool:
        return self._openings.is_open(queue, self._clock.now())

    def prospect(self, call: CallFacts, queue: str) -> Prospect:
        at_work = 0 if self._situation.agents is Agents.NOBODY else 1
        return Prospect(self.is_open(queue), waiting=0, at_work=at_work, wait=None)

    def book_callback(
        self,
        call: CallFacts,
        queue: str,
        number: str,
        place_since: datetime,
        part: DayPart | None = None,
    ) -> None:
        self._track.reached = End("callback", queue)

    @asynccontextmanager
    async def place(
        self,
        call: CallFacts,
        leg: Leg,
        room: Room,
        queue: str,
        saved: Mapping[str, str] | None = None,
    ) -> AsyncIterator["TrialPlace"]:
        assert isinstance(leg, TrialLeg)
        self._track.reached = End("queue", queue)
        since = (saved or {}).get("since") or self._clock.now().isoformat()
        ends = self._situation.agents is Agents.WAIT and not leg.has_keys
        yield TrialPlace(self._track, self._situation, since, End("queue", queue) if ends else None)

    def why_not(self, transfer: Transfer) -> Refusal | None:
        match self._situation.agents:
            case Agents.BUSY:
                return Refusal.BUSY
            case Agents.NOBODY:
                return Refusal.NOT_AT_WORK
        return None

    @asynccontextmanager
    async def direct(
        self, call: CallFacts, leg: Leg, room: Room, transfer: Transfer
    ) -> AsyncIterator["TrialDirect"]:
        assert isinstance(leg, TrialLeg)
        end = self._track.reached = End("agent", str(transfer.to))
        ends = self._situation.agents is Agents.WAIT and not leg.has_keys
        yield TrialDirect(self._track, self._situation, transfer.to, end if ends else None)

    @asynccontextmanager
    async def talking(
        self,
        call: CallFacts,
        agent_id: int,
        leg: Leg,
    ) -> AsyncIterator["TrialPlace"]:
        raise TrialOver(End("talk"))
        yield


class TrialDirect:
    """A way to one agent; who waits for one who is busy, or does not come, waits in vain."""

    def __init__(self, track: Track, situation: Situation, to: int, end: End | None) -> None:
        """Args: end: of the trial, once the caller has been told to wait."""
        self._track = track
        self._situation = situation
        self._to = to
        self._end = end

    async def agent(self, *, patience: float = 0.0) -> Reached:
        if self._end is not None:
            await asyncio.sleep(FIRST_WORD_AFTER / 2)
            raise TrialOver(self._end)
        if self._situation.agents is Agents.ANSWER:
            leg = TrialLeg(self._track, self._situation, "agent")
            leg.hang_up_after(TALK_SECONDS)
            return Reached(self._to, leg)
        await asyncio.sleep(patience)
        raise NotReady(f"agent {self._to}", Refusal.BUSY)

    def agent_lost(self) -> None: ...


class TrialHours:
    """Opening hours with a name, as they really are."""

    def __init__(self, clock: VirtualClock, openings: Openings) -> None:
        self._clock = clock
        self._openings = openings

    def standing(self, schedule: str) -> Standing:
        return self._openings.standing(schedule, self._clock.now())


class TrialPlace:
    position = 1

    def __init__(
        self, track: Track, situation: Situation, since: str, end: End | None = None
    ) -> None:
        """Args: end: of the trial, once the caller has been told to wait."""
        self._end = end
        self._track = track
        self._situation = situation
        self._since = since
        self._tell: Callable[[Reached], object] = str

    @property
    def anybody(self) -> bool:
        return self._situation.agents is not Agents.NOBODY

    def promise(self) -> float | None:
        return None

    def when_reached(self, tell: Callable[[Reached], object]) -> None:
        self._tell = tell

    async def agent(self) -> Reached:
        if self._end is not None:
            await asyncio.sleep(FIRST_WORD_AFTER / 2)
            raise TrialOver(self._end)
        if self._situation.agents is not Agents.ANSWER:
            return await _never()
        leg = TrialLeg(self._track, self._situation, "agent")
        leg.hang_up_after(TALK_SECONDS)
        reached = Reached(AGENT, leg)
        self._tell(reached)
        return reached

    async def sent_on(self) -> SentOn:
        """How full the line is, nobody knows."""
        return await _never()

    def leaving(self, how: str, sent_on: SentOn | None = None) -> None: ...
    def agent_lost(self) -> None: ...

    def saved(self) -> Mapping[str, str]:
        return {"since": self._since}


async def _never() -> Never:
    await asyncio.get_running_loop().create_future()
    raise AssertionError("nobody sets it")
