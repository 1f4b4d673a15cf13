"""What came of a trial: the path, and every prompt the caller would hear."""

from dataclasses import dataclass, field

from ari_app.domain.errors import HotlineError
from ari_app.domain.facts import EventType, Fact, Happened
from ari_app.flows.active import ActiveCall

MOST_STEPS = 300


@dataclass(slots=True)
class Step:
    """One node: `heard` are names of prompts, each with the language it is said in."""

    flow: str
    node: str
    heard: list[tuple[str, str]] = field(default_factory=list)
    keys: str = ""
    exit: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """`what`: queue, talk, mailbox, callback, hangup, ...; `name` of which one, "" for none."""

    what: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.name}".rstrip()


class TrialOver(HotlineError):
    """What follows cannot be known without callers and agents, or never ends."""

    def __init__(self, end: End) -> None:
        super().__init__(str(end))
        self.end = end


class Track:
    """Takes the place of the journal: the timeline that the flow writes is the path."""

    def __init__(self, flow: str) -> None:
        """Args: flow: the first one."""
        self.steps: list[Step] = []
        self.reached: End | None = None  # the furthest thing
        self.call: ActiveCall | None = None
        self._flow = flow

    def heard(self, language: str, *prompts: str) -> None:
        self.steps[-1].heard += [(language, prompt) for prompt in prompts]

    def pressed(self, key: str) -> None:
        self.steps[-1].keys += key

    def write(self, *facts: Fact) -> None:
        for fact in facts:
            if isinstance(fact, Happened):
                self._happened(fact)

    async def committed(self) -> None:
        """Nothing is kept."""

    async def durable(self) -> None:
        """Nor is it here."""

    def _happened(self, fact: Happened) -> None:
        match fact.type:
            case EventType.ENTERED_NODE:
                if len(self.steps) >= MOST_STEPS:
                    raise TrialOver(End("round and round"))
                flow = self.call.flow if self.call else self._flow
                self.steps.append(Step(flow, fact.detail["node"]))
            case EventType.LEFT_NODE:
                self.steps[-1].exit = fact.detail["exit"]
            case EventType.LEFT_MESSAGE:
                self.reached = End("mailbox", fact.detail["mailbox"])
