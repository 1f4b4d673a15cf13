"""Every agent's state: the one place where it moves, and where the move is written down."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ari_app.domain.agent import Agent, AgentState, Reason
from ari_app.domain.errors import NotFound
from ari_app.domain.facts import AgentMoved, AgentWished
from ari_app.domain.pauses import Pauses
from ari_app.domain.staff import StaffMember
from ari_app.ports import Clock, Journal

log = logging.getLogger(__name__)


class Seat:
    """One agent at work: who it is, the state, the call it is about."""

    def __init__(self, member: StaffMember, agent: Agent) -> None:
        self.member = member
        self.agent = agent
        self.version = member.presence.version if member.presence else 0
        self.until: datetime | None = member.presence.until if member.presence else None
        self.is_dismissed = False  # does not work here any more; hidden once logged out
        self.call_id: object = member.presence.call_id if member.presence else None
        self.missed = 0
        self.calls = 0  # answered since the login, for queues that share them out evenly
        self.is_unreachable = False  # Asterisk's last word about the phone
        self.has_returned = False  # the phone, started afresh since it answered the present call
        self.idle_since: float | None = None  # kept while an offer is out, in case it fails
        self.timer: asyncio.TimerHandle | None = None

    @property
    def state(self) -> AgentState:
        return self.agent.state

    @property
    def is_gone(self) -> bool:
        return self.is_dismissed and self.state is AgentState.LOGGED_OUT


@dataclass(frozen=True, slots=True)
class Changes:
    """Who is new, who has other skills, who sits at another phone, who was dismissed."""

    new: list[Seat] = field(default_factory=list)
    retrained: list[Seat] = field(default_factory=list)
    moved: list[Seat] = field(default_factory=list)
    dismissed: list[Seat] = field(default_factory=list)


class Roster:
    """`on_move` hears of every move after it is written: matcher, live view, metrics."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._seats: dict[int, Seat] = {}
        self._by_phone: dict[str, int] = {}
        self.pauses = Pauses()
        self._watchers: list[Callable[[Seat], None]] = []

    def watch(self, on_move: Callable[[Seat], None]) -> None:
        self._watchers.append(on_move)

    async def durable(self) -> None:
        """Returns when every move so far outlives this process. Raises: Fenced."""
        await self._journal.durable()

    def load(self, members: Iterable[StaffMember]) -> Changes:
        """Puts everybody where PostgreSQL last saw them; a changed member keeps the state."""
        changes, present = Changes(), set[int]()
        for member in members:
            present.add(member.id)
            known = self._seats.get(member.id)
            if known is None:
                self._seats[member.id] = seat = Seat(member, self._remembered(member))
                changes.new.append(seat)
                continue
            if known.member.profile != member.profile:
                changes.retrained.append(known)
            if known.member.phone != member.phone:
                changes.moved.append(known)
            if known.is_dismissed:
                known.is_dismissed = False
                changes.new.append(known)
            known.member = member
        for number, seat in self._seats.items():
            if number not in present and not seat.is_dismissed:
                seat.is_dismissed = True
                changes.dismissed.append(seat)
        self._by_phone = {
            seat.member.phone: number
            for number, seat in self._seats.items()
            if seat.member.phone and not seat.is_dismissed
        }
        return changes

    def _remembered(self, member: StaffMember) -> Agent:
        if member.presence is None:
            return Agent(str(member.id))
        age = (self._clock.now() - member.presence.since).total_seconds()
        return Agent(
            str(member.id),
            state=member.presence.state,
            reason=Reason(member.presence.reason),
            since=self._clock.monotonic() - age,
            next=member.presence.next,
        )

    def seats(self) -> Iterable[Seat]:
        """Everybody who works here, and who was dismissed as long as the present work lasts."""
        return (seat for seat in self._seats.values() if not seat.is_gone)

    def seat(self, agent_id: int) -> Seat:
        """Raises: NotFound, for who was dismissed too."""
        seat = self._seats.get(agent_id)
        if seat is None or seat.is_gone:
            raise NotFound("agent", agent_id)
        return seat

    def at_phone(self, endpoint: str) -> Seat:
        """The agent whose phone this is. Raises: NotFound."""
        if endpoint not in self._by_phone:
            raise NotFound("agent at phone", endpoint)
        return self._seats[self._by_phone[endpoint]]

    def move(
        self,
        seat: Seat,
        state: AgentState,
        reason: Reason,
        *,
        seconds: float | None = None,
        call_id: object = None,
    ) -> None:
        """One move of the table, written and told. `seconds`: how long the state may last."""
        self._become(
            seat, seat.agent.moved(state, reason, self._clock.monotonic()), seconds, call_id
        )

    def ask(self, seat: Seat, state: AgentState, reason: Reason) -> bool:
        """What an agent wants: at once when idle (True), after the present work otherwise."""
        wanted = seat.agent.asked(state, reason, self._clock.monotonic())
        if (wanted.state, wanted.reason) == (seat.state, seat.agent.reason):
            self._wish(seat, wanted)
            return wanted.state is state
        self._become(seat, wanted, None, None)
        return True

    def order(self, seat: Seat, state: AgentState) -> str:
        """What a supervisor wants: at_once, afterwards, or nothing when it is so already.

        Raises: IllegalTransition, and all stays as it was.
        """
        ordered = seat.agent.ordered(state, self._clock.monotonic())
        if ordered.state is not seat.state:
            self._become(seat, ordered, None, None)
            return "at_once"
        return "afterwards" if self._wish(seat, ordered) else "nothing"

    def dismiss(self, seat: Seat) -> None:
        """Logged out, at once or after the present work."""
        if seat.state is not AgentState.LOGGED_OUT:
            self.ask(seat, AgentState.LOGGED_OUT, Reason.DISMISSED)

    def free(self, seat: Seat, reason: Reason, *, rest: float = 0.0) -> None:
        """Out of an offer or wrap-up: to what the agent asked for meanwhile, else ready.

        Args:
            rest: seconds before the next offer, for who is ready.
        """
        agent = seat.agent.freed(reason, self._clock.monotonic())
        rests = rest > 0 and agent.state is AgentState.READY
        self._become(seat, agent, rest if rests else None, None)

    def _wish(self, seat: Seat, agent: Agent) -> bool:
        """Takes over what comes after the present work; False when it was to come already."""
        is_new = agent.next != seat.agent.next
        seat.agent = agent
        if is_new:
            self._write_wish(seat)
        return is_new

    def _write_wish(self, seat: Seat) -> None:
        wish = seat.agent.next
        self._journal.write(
            AgentWished(
                at=self._clock.now(),
                agent_id=seat.member.id,
                version=seat.version,
                state=wish.state.value if wish else None,
                reason=wish.reason.value if wish else None,
            )
        )

    def _become(self, seat: Seat, agent: Agent, seconds: float | None, call_id: object) -> None:
        if seat.timer is not None:
            seat.timer.cancel()
            seat.timer = None
        now = self._clock.now()
        if seconds is None:
            seconds = self.pauses.longest(agent.state, agent.reason)
        before, seat.agent = seat.agent, agent
        seat.version += 1
        seat.until = now + timedelta(seconds=seconds) if seconds is not None else None
        seat.call_id = call_id
        self._journal.write(
            AgentMoved(
                at=now,
                agent_id=seat.member.id,
                version=seat.version,
                state=agent.state.value,
                reason=agent.reason.value,
                until=seat.until,
                call_id=call_id,  # type: ignore[arg-type]
            )
        )
        if agent.next is not None:
            self._write_wish(seat)
        log.info(
            "agent moved",
            extra={
                "agent": agent.id,
                "was": before.state,
                "state": agent.state,
                "why": agent.reason,
            },
        )
        self.tell(seat)

    def tell(self, seat: Seat) -> None:
        """Whoever watches sees this agent as the state is now."""
        for watcher in self._watchers:
            watcher(seat)
