"""What acceptance tests say: callers who arrive, agents who work, records that must be there."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec

from ari_app.commands import engine
from ari_app.domain.errors import Unavailable
from ari_app.lab.lab import Lab, soon, until
from ari_app.lab.party import Party

NUMBER = "95001"
LAST_WORD_SECONDS = 1.0
CLOSE_ORDERS = """
    INSERT INTO queue_hours
    SELECT id, 1 + extract(isodow FROM now() + interval '1 day')::integer % 7, '08:00', '08:01'
      FROM queue WHERE name = 'orders'
"""
OPEN_ORDERS = "DELETE FROM queue_hours"
# What a change of rows brings up to date: of routes, and of queues and their hours.
OF_ROUTES, OF_QUEUES = {"routing"}, {"queue book", "hours book"}
_callers = itertools.count(13_700_000_000)


class Hotline:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.world = lab.world
        self._parties: list[Party] = []

    # ---- callers ----

    async def arrive(
        self, keys: str = "", number: str = NUMBER, caller: str | None = None
    ) -> Party:
        """A new caller who dials in and presses `keys`, each at its own prompt."""
        party = await self.world.dial(number, caller=caller or str(next(_callers)))
        self._parties.append(party)
        prompts = (("zh/welcome",), ("zh/main-menu", "en/main-menu"))
        for key, prompt in zip(keys, prompts, strict=False):
            await party.until_heard(*prompt, within=20)
            await party.press(key)
        return party

    async def hang_up(self, *parties: Party) -> None:
        for party in parties:
            await party.hang_up()
        for party in parties:
            await party.until_gone(10)

    async def book_callback(self, caller: Party) -> None:
        """By the keys that who waits is offered, to the own number, as soon as possible."""
        for asked, key in (
            ("press-for-a-callback", "9"),
            ("confirm-callback-number", "1"),
            ("when-to-call-back", "1"),
        ):
            await caller.until_heard(f"zh/{asked}", within=20)
            await caller.press(key)
        await caller.until_heard("zh/callback-booked", within=10)
        await caller.until_gone(15)

    # ---- agents ----

    async def login(self, *extensions: str) -> None:
        """By a supervisor, one after the other; whoever is logged in already stays so."""
        states = await self.states()
        for extension in extensions:
            if states[extension] == "logged_out":
                await self.order(extension, "ready", "the test begins")
        for extension in extensions:
            await self.until_state(extension, "ready")

    async def logout(self, *extensions: str) -> None:
        """By a supervisor, as soon as they are in no call."""
        await asyncio.gather(*(self._log_out(extension) for extension in extensions))

    def answering(self, extension: str, tone: int, after: float = 0.3) -> "asyncio.Future[Party]":
        return self.lab.answering(extension, tone, after=after)

    async def states(self) -> Mapping[str, str]:
        return (await self.lab.installation.health())["agents"]  # type: ignore[no-any-return]

    async def until_state(self, extension: str, *wanted: str, within: float = 15) -> None:
        async def reached() -> bool:
            return (await self.states())[extension] in wanted

        await until(reached, within, f"agent {extension} {' or '.join(wanted)}")

    async def in_talk(
        self,
        extension: str,
        keys: str = "11",
        *,
        caller: int = 440,
        agent: int = 620,
        number: str | None = None,
    ) -> tuple[Party, Party]:
        """A caller and the agent at this phone, who hear each other's tones.

        Args:
            number: the caller's.
        """
        await self.login(extension)
        answered = self.answering(extension, agent)
        calling = await self.arrive(keys, caller=number)
        calling.talk(caller)
        talking = await soon(answered, 20, f"agent {extension} answers")
        await calling.until_heard(f"tone {agent}", within=10)
        await talking.until_heard(f"tone {caller}", within=10)
        return calling, talking

    async def send_everybody_home(self) -> None:
        for world in (self.world, *(desk.world for desk in self.lab.desks.values())):
            world.on_ring.clear()
        for party in self._parties:
            await party.hang_up()
        at_work = [one for one, state in (await self.states()).items() if state != "logged_out"]
        await self.logout(*at_work)

    async def _log_out(self, extension: str) -> None:
        await self.until_state(extension, "ready", "paused", "wrap_up", "phone_lost", "logged_out")
        await self.order(extension, "logged_out")
        await self.until_state(extension, "logged_out")

    # ---- supervisors ----

    async def order(self, extension: str, state: str, why: str = "the test is over") -> None:
        """Repeated while the engine or its database has only just come back."""
        wanted = {"id": int(extension), "state": state, "who": "tester", "why": why}

        async def obeyed() -> bool:
            try:
                await engine.order(self.lab.site, "agents", wanted, "agent")
            except Unavailable:
                return False
            return True

        await until(obeyed, 15, f"agent {extension} is ordered to be {state}")

    @asynccontextmanager
    async def changed(self, change: str, back: str, *, is_kept: bool = True) -> AsyncIterator[None]:
        """Rows that are other ones while the hotline runs, in force by then.

        Args:
            is_kept: by the engine in memory; customers are asked for call by call.
        """
        await self._change(change, is_kept)
        try:
            yield
        finally:
            await self._change(back, is_kept)

    async def _change(self, statement: str, is_kept: bool) -> None:
        before = await self._taken_up()
        followers = OF_ROUTES if " route " in statement else OF_QUEUES

        async def is_in_force() -> bool:
            now = await self._taken_up()
            return all(now[what] != before[what] for what in followers)

        async with self.lab.database() as db:
            await db.execute(statement)
        if is_kept:
            await until(is_in_force, 15, f"in force: {statement}")

    async def _taken_up(self) -> Mapping[str, int]:
        return (await self.lab.installation.health())["taken_up"]  # type: ignore[no-any-return]

    # ---- records ----

    async def row(self, query: str, *values: object) -> dict[str, Any]:
        async with self.lab.database() as db:
            row = await db.fetchrow(query, *values)
        return dict(row) if row else {}

    async def record_of(self, caller: Party, within: float = 15) -> dict[str, Any]:
        """The closed record of this caller's call, the last one."""
        found: dict[str, Any] = {}

        async def closed() -> bool:
            found.update(
                await self.row(
                    "SELECT * FROM (SELECT * FROM v_call WHERE caller = $1"
                    " ORDER BY arrived_at DESC LIMIT 1) last WHERE ended_at IS NOT NULL",
                    caller.name,
                )
            )
            return bool(found)

        await until(closed, within, f"record of {caller.name}")
        if found["end_reason"] == "ended_while_away":  # by the dialplan, so far
            await asyncio.sleep(LAST_WORD_SECONDS)  # an engine that was there has the last word
            await closed()
        return found

    async def events_of(self, call_id: UUID) -> list[str]:
        async with self.lab.database() as db:
            rows = await db.fetch(
                "SELECT type FROM call_event WHERE call_id = $1 ORDER BY at", call_id
            )
        return [row["type"] for row in rows]

    async def why_of(self, call_id: UUID) -> dict[str, Any]:
        row = await self.row(
            "SELECT why FROM offer WHERE call_id = $1 ORDER BY made_at DESC LIMIT 1", call_id
        )
        return msgspec.json.decode(row["why"])  # type: ignore[no-any-return]
