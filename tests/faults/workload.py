"""Workload W on real Asterisk: callers who talk, who wait, and who are still in the flow.

Everybody holds a tone of their own kind, so who hears whom can be told at any moment. Parties who
leave, by a fault or by time, are replaced with `top_up`.
"""

import asyncio
import itertools
import os
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from ari_app.domain.errors import HotlineError
from ari_app.lab.lab import LOAD_TRUNK, Lab, until
from ari_app.lab.party import Party
from ari_app.site.layout import Site
from tests.faults.verdict import Verdict, judge
from tests.lab.hotline import NUMBER

SIZE = "HOTLINE_WORKLOAD"  # talking,queued,in_flow
SEEDS = "HOTLINE_SEEDS"  # how often each fault is tried
SWEEP_SECONDS = 10
AT_ONCE = 8  # people who do something at the same time while the load is set up
FIRST_AGENT = 1001
CALLER_TONES, AGENT_TONES = (350, 440, 523), (740, 880, 1000, 1200, 1400)
HEARD_WITHIN = 20.0  # after a talk is on record
SPOKEN_TO = 1.5  # seconds in which a tone that is held has to be heard
LISTENS_AGAIN = 2  # a busy machine may lose a moment of a talk that goes on
QUEUES = {"1": "orders", "2": "support"}
_callers = itertools.count(13_500_000_000)


@dataclass(frozen=True, slots=True)
class Size:
    """How many callers of each kind; there is an agent for each who talks."""

    talking: int = 20
    queued: int = 20
    in_flow: int = 10

    @classmethod
    def chosen(cls) -> Self:
        """From the environment, such as `6,6,3`; else the whole load."""
        text = os.environ.get(SIZE)
        return cls(*map(int, text.split(","))) if text else cls()

    @property
    def calls(self) -> int:
        return self.talking + self.queued + self.in_flow

    @property
    def extensions(self) -> tuple[str, ...]:
        return tuple(str(FIRST_AGENT + number) for number in range(max(4, self.talking)))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the record says of the load at one moment.

    Args:
        line: of each queue the waiting callers with the time they wait since, first come first.
        talks: caller -> agent.
        agents: extension -> state.
    """

    line: Mapping[str, tuple[tuple[str, datetime], ...]]
    talks: Mapping[str, int]
    agents: Mapping[str, str]


def seeds() -> range:
    """Each varies the moments and whom a fault hits."""
    return range(int(os.environ.get(SEEDS, "5")))


class Workload:
    """`talking`, `queued` and `in_flow` are the callers; `agents` the phones of those who talk."""

    def __init__(self, lab: Lab, size: Size | None = None) -> None:
        self.lab = lab
        self.size = size or Size.chosen()
        self.talking: list[Party] = []
        self.queued: list[Party] = []
        self.in_flow: list[Party] = []
        self.agents: dict[str, Party] = {}
        self.tones: dict[str, int] = {}  # of an extension or of a caller's number
        self.began = datetime.now(UTC)
        self.random = random.Random(0)
        self._parties: list[Party] = []
        self._dialled: list[str] = []
        self._at_once = asyncio.Semaphore(AT_ONCE)

    # ---- setting up ----

    async def start(self, seed: int = 0) -> None:
        """All agents at work, all calls where they belong. May follow a `verdict`."""
        self.random = random.Random(seed)
        await self.log_in(self.size.extensions)
        await self.top_up()

    async def log_in(self, extensions: Iterable[str]) -> None:
        """Each answers whatever rings from now on, and holds a tone."""
        states = await self.states()
        for extension in extensions:
            self.lab.world.on_ring[extension] = self._answer
            self.tones[extension] = AGENT_TONES[int(extension) % len(AGENT_TONES)]
        new = [extension for extension in extensions if states[extension] == "logged_out"]
        await self._all(self._log_in(extension) for extension in new)
        await until(lambda: self._are_in(new, "ready"), 10, f"{new} ready")

    async def top_up(self) -> None:
        """Whoever is gone is replaced; who has moved on counts where he is now."""
        for kind, wanted in (("talk", self.size.talking), ("queue", self.size.queued)):
            missing = wanted - (await self._count())[kind]
            await self.arrive(missing, lambda: self.random.choice("12"))
            await self._until_full(kind, wanted)
        await self._sort()
        await self._fill_flow()
        # A talk is on record before the two are joined.
        await self._until_all_hear()

    async def _until_full(self, kind: str, wanted: int) -> None:
        """Raises: TimeoutError says what the agents do instead."""
        try:
            await until(lambda: self._full(kind, wanted), 40, f"{wanted} {kind}")
        except TimeoutError as error:
            free = {a: s for a, s in (await self.states()).items() if s != "talking"}
            told = f"{await self._count()}, agents {free}, {await self._odd_talks()}"
            raise TimeoutError(f"{error}; {told}") from None

    async def _odd_talks(self) -> list[str]:
        """Of agents who talk in a call that is elsewhere, as far as the record knows: its story."""
        async with self.lab.database() as db:
            rows = await db.fetch(_ODD_TALKS)
        return [f"{row['agent_id']} {row['call_id']} {row['story']}" for row in rows]

    async def _full(self, kind: str, wanted: int) -> bool:
        return (await self._count())[kind] >= wanted

    async def _count(self) -> Counter[str]:
        """Of our callers, by kind of place."""
        places = await self.places()
        return Counter(places.get(p.name, ("", ""))[0] for p in self._parties)

    async def arrive(self, count: int, keys: Callable[[], str]) -> list[Party]:
        """New callers, who choose Chinese and then press one of `keys`."""
        return await self._all(self._arrive(keys()) for _ in range(count))

    async def _fill_flow(self) -> None:
        """Half of them leave a message, half are in the menu, which will not wait for long."""
        missing = self.size.in_flow - len(self.in_flow)
        messages = await self.arrive(missing // 2, lambda: "3")
        menu = await self.arrive(missing - missing // 2, lambda: "")
        self.in_flow += [*messages, *menu]
        await until(lambda: self._are(messages, "mailbox"), 20, "all in a mailbox")
        await until(lambda: self._are(menu, "flow", "menu"), 20, "all in the menu")

    async def dial(self) -> Party:
        """One more caller, who presses nothing and whose record the verdict wants too."""
        number = str(next(_callers))
        tone = self.tones[number] = CALLER_TONES[len(self._dialled) % len(CALLER_TONES)]
        self._dialled.append(number)
        party = await self.lab.world.dial(NUMBER, caller=number)
        self._parties.append(party)
        party.talk(tone)
        return party

    async def _arrive(self, key: str) -> Party:
        async with self._at_once:
            party = await self.dial()
            # On a busy machine the ears may come too late for the first prompt.
            await party.until_heard("zh/welcome", "zh/this-call-is-recorded", within=15)
            await party.press(f"1{key}")
        return party

    async def _log_in(self, extension: str) -> None:
        async with self._at_once:
            phone = await self.lab.world.feature(extension, "*45")
            await phone.until_heard("zh/agent-logged-in", "en/agent-logged-in", within=15)
            await phone.hang_up()
            await phone.until_gone(10)

    def _answer(self, phone: Party) -> None:
        async def answer() -> None:
            await asyncio.sleep(0.2)
            self.agents[phone.name] = phone
            try:
                await phone.answer()
            except HotlineError:
                if not phone.gone.is_set():  # else it stopped ringing
                    raise
            phone.talk(self.tones[phone.name])

        self.lab.world.start(answer())

    async def _are_in(self, extensions: Iterable[str], state: str) -> bool:
        """So says the record: an engine that dies now knows it again."""
        states = (await self.snapshot()).agents
        return all(states.get(extension) == state for extension in extensions)

    async def _all(self, work: "Iterable[Awaitable[Any]]") -> list[Any]:
        return list(await asyncio.gather(*work))

    # ---- looking ----

    async def states(self) -> Mapping[str, str]:
        """The agents' states as the engine says."""
        return (await self.lab.installation.health())["agents"]  # type: ignore[no-any-return]

    async def snapshot(self) -> Snapshot:
        """From the record alone: also while no engine runs."""
        async with self.lab.database() as db:
            waiting = await db.fetch(_WAITING)
            talking = await db.fetch(_TALKING)
            agents = await db.fetch("SELECT agent_id, state FROM agent_presence")
        line: dict[str, list[tuple[str, datetime]]] = {name: [] for name in QUEUES.values()}
        for row in waiting:
            line[row["queue"]].append((row["caller"], row["since"]))
        return Snapshot(
            line={queue: tuple(places) for queue, places in line.items()},
            talks={row["caller"]: row["agent_id"] for row in talking},
            agents={str(row["agent_id"]): row["state"] for row in agents},
        )

    async def cut_off(self) -> list[str]:
        """Who of `talking` does not hear his agent, or is not heard, whenever we listen."""
        deaf = await self._deaf(SPOKEN_TO)
        for _ in range(LISTENS_AGAIN if deaf else 0):
            deaf &= await self._deaf(SPOKEN_TO)
        return sorted(deaf)

    async def _until_all_hear(self) -> None:
        """Raises: AssertionError says who does not hear whom."""
        deadline = asyncio.get_running_loop().time() + HEARD_WITHIN
        while deaf := await self._deaf(SPOKEN_TO):
            assert asyncio.get_running_loop().time() < deadline, sorted(deaf)

    async def _deaf(self, seconds: float) -> set[str]:
        talks = (await self.snapshot()).talks
        pairs = [
            (party, self.agents[str(talks[party.name])])
            for party in self.talking
            if party.name in talks
        ]
        ears = [
            (one, f"tone {self.tones[other.name]}")
            for pair in pairs
            for one, other in (pair, pair[::-1])
        ]
        before = [one.ear.seconds(tone) for one, tone in ears]
        await asyncio.sleep(seconds)
        deaf = {
            f"{one.name} does not hear {tone}"
            for (one, tone), known in zip(ears, before, strict=True)
            if one.gone.is_set() or one.ear.seconds(tone) < known + seconds / 3
        }
        return deaf | ({party.name for party in self.talking} - talks.keys())

    async def without_music(self, seconds: float = SPOKEN_TO) -> list[str]:
        """Who of `queued` hears nothing at all in the coming seconds."""
        before = [_latest(party) for party in self.queued]
        await asyncio.sleep(seconds)
        return [
            party.name
            for party, known in zip(self.queued, before, strict=True)
            if party.gone.is_set() or _latest(party) <= known
        ]

    async def unheard(self) -> list[str]:
        """Who of `talking` is cut off, and who of `queued` hears nothing."""
        return [
            name
            for names in await asyncio.gather(self.cut_off(), self.without_music())
            for name in names
        ]

    def gone(self) -> list[str]:
        """Of `talking`, `queued` and `in_flow`, who is not there any more."""
        callers = (*self.talking, *self.queued, *self.in_flow)
        return [party.name for party in callers if party.gone.is_set()]

    def dropped(self) -> list[str]:
        """Of `talking` and `queued`, who is not there any more. Those in the flow reach its end."""
        return [party.name for party in (*self.talking, *self.queued) if party.gone.is_set()]

    async def places(self) -> Mapping[str, tuple[str, str]]:
        """Of each open call: caller -> (kind of place, node of the flow)."""
        async with self.lab.database() as db:
            rows = await db.fetch(_PLACES)
        return {row["caller"]: (row["kind"], row["flow_node"]) for row in rows}

    async def _are(self, parties: Iterable[Party], kind: str, node: str = "") -> bool:
        places = await self.places()
        found = [places.get(party.name, ("", "")) for party in parties]
        return all(place[0] == kind and node in ("", place[1]) for place in found)

    async def _sort(self) -> None:
        """Everybody into the list where he is now; the rest of the flow is hung up."""
        places = await self.places()
        here: dict[str, list[Party]] = defaultdict(list)
        for party in self._parties:
            if not party.gone.is_set():
                here[places.get(party.name, ("", ""))[0]].append(party)
        self.talking, self.in_flow = here["talk"], here["mailbox"]
        self.queued = here["queue"][: self.size.queued]
        await self._hang_up([*here["queue"][self.size.queued :], *here["flow"], *here[""]])
        self._parties = [party for party in self._parties if not party.gone.is_set()]

    # ---- ending ----

    async def verdict(self, within: float = 90) -> Verdict:
        """Everybody hangs up, then every promise has to be kept.

        Raises:
            AssertionError: a call without exactly one closed record, a recording that is missing,
                or what the auditor found.
        """
        await self.stop()
        return await judge(self.lab, self._dialled, self.began, within)

    async def stop(self) -> None:
        """Everybody hangs up: those who wait first, so that nobody's phone rings any more."""
        for parties in (self.in_flow, self.queued, self._parties):
            await self._hang_up(parties)
            parties.clear()
        self.talking = []
        await until(self._agents_are_free, 30, "all agents free")
        self.agents.clear()

    async def _hang_up(self, parties: Iterable[Party]) -> None:
        async def one(party: Party) -> None:
            async with self._at_once:
                await party.hang_up()
                await party.until_gone(15)

        await self._all(one(party) for party in parties if not party.gone.is_set())

    async def _agents_are_free(self) -> bool:
        return not {"reserved", "talking"} & set((await self.snapshot()).agents.values())


def _latest(party: Party) -> float:
    return max((item.until for item in party.ear.heard), default=0.0)


_PLACES = """
    SELECT c.caller, p.kind, p.flow_node
      FROM call c
      JOIN call_place p USING (call_id)
     WHERE c.ended_at IS NULL
"""
_ODD_TALKS = """
    SELECT a.agent_id, a.call_id, array_agg(e.at::text || ' ' || e.type ORDER BY e.at) AS story
      FROM agent_presence a
      LEFT JOIN call_place p USING (call_id)
      LEFT JOIN call_event e USING (call_id)
     WHERE a.state = 'talking'
       AND p.kind IS DISTINCT FROM 'talk'
     GROUP BY a.agent_id, a.call_id
"""
_WAITING = """
    SELECT q.name AS queue, c.caller, v.place_since AS since
      FROM queue_visit v
      JOIN queue q ON q.id = v.queue_id
      JOIN call c USING (call_id)
     WHERE v.left_at IS NULL
     ORDER BY v.place_since, c.caller
"""
_TALKING = """
    SELECT c.caller, (p.state ->> 'agent')::int AS agent_id
      FROM call_place p
      JOIN call c USING (call_id)
     WHERE p.kind = 'talk'
       AND c.ended_at IS NULL
"""


def settings(site: Site) -> list[str]:
    """SQL: an agent for every phone, all able to serve both queues, and callers who stay."""
    statements = [
        "UPDATE queue SET announce_every_seconds = 30, ring_seconds = 8, max_wait_seconds = 7200",
    ]
    for phone in site.state.phones:
        number = int(phone.extension)
        statements += [
            "INSERT INTO agent (id, name, phone, language)"
            f" VALUES ({number}, 'Agent {number}', '{phone.name}', 'zh') ON CONFLICT DO NOTHING",
            *(
                "INSERT INTO agent_skill (agent_id, skill, level)"
                f" VALUES ({number}, '{skill}', 5)"
                " ON CONFLICT (agent_id, skill) DO UPDATE SET level = 5"
                for skill in ("chinese", "orders", "technical")
            ),
        ]
    return [*statements, "UPDATE agent SET wrap_up_seconds = 2"]


@asynccontextmanager
async def open_lab(
    folder: Path, size: Size, *, keep: bool = False, desks: Sequence[str] = ()
) -> AsyncIterator[Lab]:
    """A hotline with as many agents as the load needs; what was left behind is soon looked for.

    Args: desks: extensions of phones that can be unplugged.
    """
    site = await asyncio.to_thread(Site.create, folder, size.extensions, (LOAD_TRUNK,))
    site.choices_file.write_text(f"HOTLINE_SWEEP_SECONDS={SWEEP_SECONDS}\n", encoding="utf-8")
    async with Lab.open(
        folder,
        lambda part: None,
        extensions=size.extensions,
        settings=settings(site),
        desks=desks,
        keep=keep,
    ) as lab:
        yield lab
