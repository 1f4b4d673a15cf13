"""What an agent is doing, why, and the only legal ways that may change."""

from dataclasses import dataclass, replace
from enum import StrEnum

from ari_app.domain.errors import IllegalTransition


class AgentState(StrEnum):
    LOGGED_OUT = "logged_out"
    READY = "ready"
    RESERVED = "reserved"  # an offer is out; the phone is ringing
    TALKING = "talking"  # hold included
    WRAP_UP = "wrap_up"  # belongs to the agent: no queue can offer anything meanwhile
    PAUSED = "paused"
    PHONE_LOST = "phone_lost"


class Reason(StrEnum):
    """Why an agent entered a state."""

    LOGIN = "login"
    LOGOUT = "logout"
    OFFER = "offer"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    MISSED = "missed"
    RESCINDED = "rescinded"  # the caller left, or the call was taken back, while it rang
    DIRECT_CALL = "direct_call"  # a conversation that no offer led to: a transfer, an own call
    CALL_ENDED = "call_ended"
    WRAP_UP_OVER = "wrap_up_over"  # its time ran out
    WRAP_UP_DONE = "wrap_up_done"  # the agent said so
    BREAK = "break"
    LUNCH = "lunch"
    TRAINING = "training"
    MEETING = "meeting"
    TICKET = "ticket"
    MISSED_OFFERS = "missed_offers"
    BACK = "back"  # the agent ended the pause
    SUPERVISOR = "supervisor"
    DISMISSED = "dismissed"  # does not work here any more
    PHONE_GONE = "phone_gone"
    PHONE_BACK = "phone_back"
    SYSTEM_RECOVERY = "system_recovery"


S, R = AgentState, Reason

MOVES: dict[AgentState, frozenset[AgentState]] = {
    S.LOGGED_OUT: frozenset({S.READY, S.PAUSED}),
    S.READY: frozenset({S.RESERVED, S.TALKING, S.PAUSED, S.LOGGED_OUT, S.PHONE_LOST}),
    S.RESERVED: frozenset({S.TALKING, S.READY, S.PAUSED, S.LOGGED_OUT, S.PHONE_LOST}),
    S.TALKING: frozenset({S.WRAP_UP, S.PHONE_LOST}),
    S.WRAP_UP: frozenset({S.READY, S.TALKING, S.PAUSED, S.LOGGED_OUT, S.PHONE_LOST}),
    S.PAUSED: frozenset({S.PAUSED, S.READY, S.TALKING, S.LOGGED_OUT, S.PHONE_LOST}),
    S.PHONE_LOST: frozenset({S.READY, S.PAUSED, S.LOGGED_OUT}),
}

# What an agent may say when pausing; the other reasons of PAUSED are the system's.
PAUSE_REASONS = frozenset({R.BREAK, R.LUNCH, R.TRAINING, R.MEETING, R.TICKET})

REASONS: dict[AgentState, frozenset[Reason]] = {
    S.LOGGED_OUT: frozenset({R.LOGOUT, R.SUPERVISOR, R.DISMISSED}),
    S.READY: frozenset(
        {
            R.LOGIN, R.REFUSED, R.MISSED, R.RESCINDED, R.WRAP_UP_OVER, R.WRAP_UP_DONE,
            R.BACK, R.PHONE_BACK, R.SUPERVISOR,
        }
    ),
    S.RESERVED: frozenset({R.OFFER}),
    S.TALKING: frozenset({R.ACCEPTED, R.DIRECT_CALL}),
    S.WRAP_UP: frozenset({R.CALL_ENDED}),
    S.PAUSED: PAUSE_REASONS | {R.LOGIN, R.MISSED_OFFERS, R.SUPERVISOR},
    S.PHONE_LOST: frozenset({R.PHONE_GONE}),
}  # fmt: skip

# States the agent cannot end by asking: a pause asked for meanwhile comes true afterwards.
NOT_NOW = frozenset({S.RESERVED, S.TALKING, S.WRAP_UP, S.PHONE_LOST})

# What others than the agent may want the agent to be.
ORDERED = frozenset({S.READY, S.PAUSED, S.LOGGED_OUT})


@dataclass(frozen=True, slots=True)
class NextState:
    """What the agent asked for while busy; comes true when the work is done."""

    state: AgentState
    reason: Reason


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent's state; `since` in seconds of the same clock as every `now`."""

    id: str
    state: AgentState = AgentState.LOGGED_OUT
    reason: Reason = Reason.LOGOUT
    since: float = 0.0
    next: NextState | None = None

    def moved(self, state: AgentState, reason: Reason, now: float) -> "Agent":
        """The agent in the new state; IllegalTransition when the tables do not list the move.

        Recovery may put an agent anywhere: after a failure only the phone system knows.
        """
        if reason is not R.SYSTEM_RECOVERY and (
            state not in MOVES[self.state] or reason not in REASONS[state]
        ):
            raise IllegalTransition(f"agent {self.id}: {self.state} -> {state} ({reason})")
        return replace(self, state=state, reason=reason, since=now, next=self._next_after(state))

    def asked(self, state: AgentState, reason: Reason, now: float) -> "Agent":
        """Pause, log out or be ready: at once when idle, after the present work otherwise.

        Asking to be ready while busy takes an earlier wish back. Without a phone an agent can
        only log out at once; a pause then waits for the phone.
        """
        if state is self.state and (state is not S.PAUSED or reason is self.reason):
            return self
        if self.state not in NOT_NOW or (self.state, state) == (S.PHONE_LOST, S.LOGGED_OUT):
            return self.moved(state, reason, now)
        if state not in (S.READY, S.PAUSED, S.LOGGED_OUT) or reason not in REASONS[state]:
            raise IllegalTransition(f"agent {self.id}: cannot ask for {state} ({reason})")
        return replace(self, next=None if state is S.READY else NextState(state, reason))

    def ordered(self, state: AgentState, now: float) -> "Agent":
        """What a supervisor orders: at once, also out of wrap-up; out of an offer or a call, or
        without a phone, it comes true afterwards. Who is there already stays as before.

        Raises:
            IllegalTransition: the state is not one to be ordered, or the phone cannot be reached.
        """
        if state not in ORDERED:
            raise IllegalTransition(f"agent {self.id}: nobody is ordered to be {state}")
        if (self.state, state) == (S.PHONE_LOST, S.READY):
            raise IllegalTransition(f"agent {self.id}: the phone cannot be reached")
        if self.state is state:
            return self
        if self.state is S.WRAP_UP:
            return self.moved(state, R.SUPERVISOR, now)
        return self.asked(state, R.SUPERVISOR, now)

    def freed(self, reason: Reason, now: float) -> "Agent":
        """Out of an offer, wrap-up or a lost phone: into the state asked for, else ready."""
        if self.next is None:
            return self.moved(S.READY, reason, now)
        return self.moved(self.next.state, self.next.reason, now)

    def _next_after(self, state: AgentState) -> NextState | None:
        if state not in NOT_NOW:
            return None
        return NextState(S.PAUSED, self.reason) if self.state is S.PAUSED else self.next
