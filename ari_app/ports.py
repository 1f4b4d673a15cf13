"""What flows need from the outside world. Adapters match these by shape."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ari_app.domain.acd.comfort import Comfort
from ari_app.domain.acd.overflow import SentOn
from ari_app.domain.acd.past import KeptPlace
from ari_app.domain.call import CallFacts
from ari_app.domain.day_part import DayPart
from ari_app.domain.facts import Fact
from ari_app.domain.flow import Flow, Prospect
from ari_app.domain.hours import Standing
from ari_app.domain.invitation import Invitation
from ari_app.domain.listening import Understood
from ari_app.domain.lookup import LookUp
from ari_app.domain.route import Customer
from ari_app.domain.transfer import Refusal, Transfer, Wish


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC: for records."""

    def monotonic(self) -> float:
        """Seconds that never jump: for decisions and deadlines."""


class Flows(Protocol):
    """All flows of one version; a call stays with the version it began with."""

    @property
    def version(self) -> str: ...

    def get(self, name: str) -> Flow:
        """The flow, or the default one when there is none of that name."""

    def query(self, name: str) -> LookUp:
        """Raises NotFound."""


class Journal(Protocol):
    """Facts on their way into PostgreSQL, or into the spool while it is away."""

    def write(self, *facts: Fact) -> None:
        """In order, never blocks."""

    def committed(self) -> Awaitable[None]:
        """Everything written so far survives this process: the next one will know of it."""

    async def durable(self) -> None:
        """Everything written so far survives a power cut."""


class Waiting(Protocol):
    """Whoever stands in a line, as far as the line looks at them: a Leg, or nobody yet."""

    @property
    def id(self) -> str: ...
    @property
    def is_gone(self) -> bool: ...
    @property
    def was_lost(self) -> bool: ...
    @property
    def ended_at(self) -> datetime | None: ...


class Leg(Protocol):
    """One party's channel. Every coroutine raises CallerHungUp once the channel is gone."""

    @property
    def id(self) -> str: ...

    async def take(self) -> None:
        """Says on the channel that somebody serves it: the first thing ever asked of it."""

    def inherited(self) -> None:
        """An earlier process may have asked it to play something: that ends with the next key."""

    async def answer(self) -> None: ...

    def begin(self, prompts: Sequence[str], language: str) -> None:
        """Asks for the first prompts before this returns. Whoever plays or asks them next waits
        for their end; whoever does anything else with them ends them."""

    async def begun(self) -> None:
        """Returns when Asterisk has been told to `begin`; at once when nothing was."""

    async def play(self, prompts: Sequence[str], language: str, *, until_key: bool = False) -> None:
        """To the end, or until a key. Keys pressed are kept for the next question; no prompts
        at all is silence at once."""

    async def ask(self, prompts: Sequence[str], language: str, *, within: float) -> str:
        """The next key; "" when none came within so many seconds after the prompts.
        A key ends the prompts at once; one pressed earlier is taken without playing."""

    async def next_key(self) -> str:
        """Waits for a key for ever."""

    def overlook(self, key: str) -> None:
        """If the key pressed next, or already, is this one, and comes soon: nobody meant it."""

    async def hush(self) -> None:
        """Ends what is playing. Nothing may follow that waits for the channel before this."""

    async def start_music(self) -> None: ...

    async def stop_music(self) -> None: ...

    async def record(self, name: str, *, longest: float) -> float:
        """Seconds recorded, as measured by Asterisk. `#` or silence ends it."""

    async def forget_recording(self, name: str) -> None:
        """Of this call, and over; safe to repeat. Raises Unavailable."""

    async def hang_up(self) -> None:
        """Safe to repeat, never raises for a channel that is gone."""

    async def look_again(self) -> bool:
        """After events were lost: is the channel there, and up? Raises Unavailable."""

    async def set_variable(self, name: str, value: str) -> None: ...

    async def fall_back(self, why: str, language: str = "") -> None:
        """Gives the channel back to the dialplan, which serves it with Asterisk alone."""

    async def transfer_asked(self) -> Wish:
        """Waits until the phone asks to be replaced in this call by somebody else."""

    async def decline_what_nobody_heard(self) -> None:
        """Tells the phone that what it asked for while no engine was there will not be done. It
        would wait for ever, and its user could not go on talking. Nothing where nothing was asked.
        """

    async def answer_transfer(self, accepted: bool) -> None:
        """Tells the phone what became of that; nothing when it is gone. A phone that hears of
        success hangs up."""

    async def gone(self) -> None:
        """Returns when the channel is."""

    def when_gone(self, told: Callable[[], object]) -> None:
        """Calls back at once, before whoever waits for `gone` is woken."""

    async def why_gone(self) -> int | None:
        """Returns when it is gone and the reason known: `cause`."""

    @property
    def is_gone(self) -> bool: ...

    @property
    def cause(self) -> int | None:
        """Q.850's number for why it is gone; None when nobody said, or not yet."""

    @property
    def ended_at(self) -> datetime | None:
        """When it went, by Asterisk's clock; None when its end was not seen."""

    @property
    def was_lost(self) -> bool:
        """It ended with its Asterisk: nobody hung up."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The agent who answered, and the leg they answered on."""

    agent_id: int
    leg: Leg


class LookUps(Protocol):
    """Who answers queries."""

    async def look_up(self, query: LookUp, values: Mapping[str, str]) -> Mapping[str, str] | None:
        """Column -> text of what was found; None for nothing. Ends within the query's deadline.
        Raises Unavailable when nobody answered."""


class Customers(Protocol):
    async def judge(self, account: str, pin: str, caller: str) -> Customer | None:
        """Whose account and PIN these are; None for wrong ones, unknown ones, and while guessing
        from this number or at this account is locked. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Enquiries:
    """Whom a flow can ask about its caller and the caller's affairs."""

    lookups: LookUps
    customers: Customers


class Place(Protocol):
    """A place in line."""

    @property
    def position(self) -> int: ...

    @property
    def anybody(self) -> bool:
        """Is any agent at work who could take this call, busy or not?"""

    def promise(self) -> float | None:
        """Seconds to tell the caller that the wait still takes: four of five waits are shorter.
        Never more than said before; None when nothing can be promised. Saying it is a must."""

    def when_reached(self, tell: Callable[[Reached], object]) -> None:
        """Called when an agent has answered: what it writes becomes durable together with that."""

    async def agent(self) -> Reached:
        """Waits until a suitable agent has answered."""

    async def sent_on(self) -> SentOn:
        """Waits until the queue itself leads the caller elsewhere: overflow, closing time."""

    def leaving(self, how: str, sent_on: SentOn | None = None) -> None:
        """Says why the caller is about to leave the line without an agent."""

    def agent_lost(self) -> None:
        """The agent's phone vanished in mid-conversation: no wrap-up, and no offers for now."""

    def saved(self) -> Mapping[str, str]:
        """What finds this very place again after a restart."""


class Direct(Protocol):
    """A way to one agent, past the queues."""

    async def agent(self, *, patience: float = 0.0) -> Reached:
        """Waits until the agent has answered, and so many seconds before that for one who is busy,
        in the order in which callers came and before every queue. Raises NotAnswered; NotReady
        when the agent could not even be rung."""

    def agent_lost(self) -> None:
        """As of a place in line."""


class Line(Protocol):
    """The queues, seen from a call."""

    def place(
        self,
        call: CallFacts,
        leg: Leg,
        room: "Room",
        queue: str,
        saved: Mapping[str, str] | None = None,
    ) -> AbstractAsyncContextManager[Place]:
        """Given up on leaving the block for any reason; an agent who was reached is hung up and
        goes to wrap-up then. Raises NotFound for an unknown queue."""

    def talking(
        self, call: CallFacts, agent_id: int, leg: Leg
    ) -> AbstractAsyncContextManager[Place]:
        """A conversation that went on while no process watched; wrap-up follows the block."""

    def kept_place(self, call: CallFacts, queue: str) -> KeptPlace | None:
        """What the caller has kept in that line from an earlier call; None: nothing. It is for
        `saved` of `place`, see `saved_as` of KeptPlace."""

    def why_not(self, transfer: Transfer) -> Refusal | None:
        """Why the agent it leads to cannot be rung now; None: can be."""

    def direct(
        self, call: CallFacts, leg: Leg, room: "Room", transfer: Transfer
    ) -> AbstractAsyncContextManager["Direct"]:
        """A caller who is passed on to one agent, whose phone is rung. Ends as `place` does.
        Raises NotFound for an unknown agent."""

    async def unhurried(self) -> None:
        """Returns once no phone is about to be rung for anybody, a tenth of a second later at
        most. What can wait for that does."""

    def limits(self, queue: str) -> "QueueLimits": ...

    def is_open(self, queue: str) -> bool:
        """Are its opening hours now, or has it none?"""

    def prospect(self, call: CallFacts, queue: str) -> Prospect:
        """What this call could expect of a queue it is not in. Raises NotFound."""

    def book_callback(
        self,
        call: CallFacts,
        queue: str,
        number: str,
        place_since: datetime,
        part: DayPart | None = None,
    ) -> None:
        """Somebody will call the number when its place in line comes up. Safe to repeat.

        Args:
            part: the next one of these; as soon as possible without it.
        """


class OpeningHours(Protocol):
    """Opening hours with a name."""

    def standing(self, schedule: str) -> Standing:
        """Now."""


class AlwaysOpen:
    """Where nobody keeps any."""

    def standing(self, schedule: str) -> Standing:  # noqa: ARG002
        return Standing(is_open=True)


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """What a caller's patience is put to, in seconds, and what is said meanwhile."""

    max_wait: float
    first_word_after: float
    announce_every: float  # 0: only the first word
    comfort: tuple[Comfort, ...] = ()
    keep_place: float = 300.0  # a place that was left by a key
    says_agent_number: bool = False  # before the two are connected


class Room(Protocol):
    """The legs and bridges of one call in Asterisk."""

    async def ring(
        self, channel_id: str, invitation: Invitation, asked: Callable[[], object] = bool
    ) -> Leg:
        """Rings a phone; the leg once it has answered. Cancelling stops the ringing.
        `asked` is told as soon as the phone's call is on its way.
        Raises NotAnswered, or Unavailable when Asterisk does not answer."""

    async def join(self, bridge_id: str, legs: Sequence[Leg], *, mixed: bool = False) -> None:
        """Everybody in `legs` hears each other. Safe to repeat. Raises CallerHungUp when one of
        them, whoever it is, is gone.

        Args:
            mixed: through linear PCM, for a caller who has talked to somebody before
                (docs/decisions/0007).
        """

    async def close_bridge(self, bridge_id: str, staying: Leg) -> None:
        """Safe to repeat. On return `staying` is out of the bridge and can be played to."""

    def leg(self, channel_id: str) -> Leg:
        """A channel that is ours already."""

    def hear(self, leg: Leg, name: str) -> AbstractAsyncContextManager["Hearing"]:
        """What the party says from now on; prompts, keys and the recording are as before.

        Args:
            name: of this occasion; it never repeats within a call.

        Raises:
            CallerHungUp, Unavailable.
        """

    async def run(self) -> None:
        """Hands events to the legs until cancelled."""

    def lost(self, at: datetime) -> None:
        """Asterisk ended then, and all legs with it."""

    def close(self) -> None:
        """Hears no events any more."""


class Hearing(Protocol):
    """What a party says, while it is said."""

    async def next(self) -> bytes:
        """The next 20 ms: 8 kHz, 16 bits, native order."""


class Listener(Protocol):
    """One question to one caller, who may answer several times."""

    def feed(self, frame: bytes) -> None:
        """20 ms of `Hearing`. Never waits."""

    async def next(self) -> Understood:
        """A beginning ends the prompt; what is final has the phrase that was said, or none.
        Raises: Unavailable when it cannot be judged."""


class Speech(Protocol):
    """Recognition of speech: an engine, off the event loop (ari_app/recognition)."""

    @property
    def languages(self) -> Collection[str]:
        """What can be understood here."""

    def listen(
        self, language: str, phrases: Sequence[str]
    ) -> AbstractAsyncContextManager[Listener]: ...
