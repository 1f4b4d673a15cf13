"""F2: the engine dies between any one act and the next; the records are as if it had not.

Callers come all the time while engine after engine dies, each at another point. To look at some
points alone: HOTLINE_POINTS=talk.placed,talk.joined.
"""

import asyncio
import contextlib
import itertools
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from ari_app import breakpoints
from ari_app.domain.errors import NotFound
from ari_app.lab.ear import Heard
from ari_app.lab.lab import Lab, until
from ari_app.lab.party import Party, Unheard
from tests.faults.engines import start_armed, until_dead
from tests.faults.gate import FALLBACK
from tests.faults.recoveries import Stopwatch
from tests.faults.workload import Size, Workload

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]

CHOSEN_POINTS = "HOTLINE_POINTS"
EVERY_SECONDS = 1.5  # a new caller
YOUNG_SECONDS = (7.0, 8.5)  # in which it serves: a message takes seven from its prompt to its key
# No agent of these stories passes a caller on, and no number outside is dialled.
OTHER_STORIES = ("direct.", "consult.", "transfer.", "handover.", "outbound.", "outside.")
REACHED_SECONDS = 40.0  # some callers' whole calls
PATIENCE = 120.0  # of a caller: several deaths in a row, each with a start that takes its time
TALK_SECONDS, MESSAGE_SECONDS = 1.0, 1.5
CLOSE_SECONDS = 1.5  # of the end in the record to the end as it was

Story = Callable[[Party], Awaitable[None]]


@pytest.fixture(scope="module")
def size() -> Size:
    return Size(talking=6)


# ---- what callers do ----


async def talk(caller: Party) -> None:
    """Presses on until somebody answers, talks a while, hangs up."""
    await _get_through(caller, "11", "tone")
    await asyncio.sleep(TALK_SECONDS)


async def leave_message(caller: Party) -> None:
    """Speaks after the tone; again, where nobody says that the message is kept, and from the menu
    on where that is heard again: the tone may have come from a prompt of a dead engine."""
    await _get_through(caller, "13", "beep")
    async with asyncio.timeout(PATIENCE):
        while not (caller.ear.times("zh/message-saved") or caller.gone.is_set()):
            await asyncio.sleep(MESSAGE_SECONDS)
            with contextlib.suppress(Unheard, NotFound):
                await caller.press("#")
                known = len(caller.ear.heard)
                told = ("zh/message-saved", "beep", "zh/main-menu")
                heard = await caller.until_heard(*told, within=8, after=known)
                if heard.what == "zh/main-menu":
                    await caller.press("3")
                    await caller.until_heard("beep", within=8, after=known)


async def _get_through(caller: Party, keys: str, wanted: str) -> None:
    """A key that nobody listened to is pressed again when the question is."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not any(item.what.startswith(wanted) for item in caller.ear.heard):
                in_menu = bool(caller.ear.times("zh/main-menu"))
                await caller.press(keys[1:] if in_menu else keys)
                with contextlib.suppress(Unheard):
                    await caller.until_heard("beep", *AGENT_HEARD, within=5)
                assert not caller.gone.is_set(), f"{caller.name} was cut off"
    except TimeoutError:
        raise Unheard(f"{caller.name} heard {[item.what for item in caller.ear.heard]}") from None


AGENT_HEARD = tuple(f"tone {hz}" for hz in (740, 880, 1000, 1200, 1400))
STORIES: tuple[Story, ...] = (talk, talk, leave_message)


# ---- what the records say ----


async def told(lab: Lab, caller: str) -> dict[str, Any]:
    """The record of a call without times and without reasons."""
    async with lab.database() as db:
        call = await db.fetchrow(
            "SELECT call_id, outcome, flow, language, priority, tier, r.state AS recording"
            "  FROM call LEFT JOIN recording r USING (call_id) WHERE caller = $1",
            caller,
        )
        if call is None:
            return {}
        one = call["call_id"]
        visits = await db.fetch("SELECT result FROM queue_visit WHERE call_id = $1", one)
        offers = await db.fetch("SELECT result FROM offer WHERE call_id = $1", one)
        legs = await db.fetch("SELECT role FROM leg WHERE call_id = $1 AND ended_at IS NULL", one)
        place = await db.fetchval("SELECT kind FROM call_place WHERE call_id = $1", one)
        kept = await db.fetchval(
            "SELECT count(*) FROM message WHERE call_id = $1 AND path IS NOT NULL AND flaw IS NULL",
            one,
        )
    record = {name: value for name, value in call.items() if name != "call_id"}
    in_vain = {"rescinded", "failed", "timed_out"}
    return {
        **record,
        "visits": [row["result"] for row in visits],
        "offers": [row["result"] for row in offers if row["result"] not in in_vain],
        "open": len(legs) + (place is not None),
        "messages": kept > 0,
    }


REFERENCE: Mapping[Story, Mapping[str, Any]] = {
    talk: {
        "outcome": "talked", "flow": "hotline", "language": "zh", "priority": 0, "tier": "normal",
        "recording": "finalised", "visits": ["answered"], "offers": ["accepted"], "open": 0,
        "messages": False,
    },
    leave_message: {
        "outcome": "left_message", "flow": "hotline", "language": "zh", "priority": 0,
        "tier": "normal", "recording": "finalised", "visits": [], "offers": [], "open": 0,
        "messages": True,
    },
}  # fmt: skip


class Round:
    """Callers come one after the other, and each does what a story says."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.deaths: dict[str, datetime] = {}
        self.ended: dict[str, tuple[Story, datetime]] = {}
        self.heard: dict[str, list[Heard]] = {}

    async def run(self, points: Sequence[str]) -> None:
        """Until engines have died at all of them, and every caller has done what he wanted.

        Raises:
            TimeoutError: at one of them none died; says which.
        """
        lives = asyncio.create_task(self._die(points), name="engines that die")
        try:
            async with asyncio.TaskGroup() as group:
                for story in itertools.cycle(STORIES):
                    if lives.done():
                        break
                    group.create_task(self._call(story))
                    await asyncio.sleep(EVERY_SECONDS)
            await lives
        finally:
            lives.cancel()
            await asyncio.wait((lives,))

    async def _die(self, points: Sequence[str]) -> None:
        """Engine after engine, each dies at its point; the last one lives."""
        installation = self.workload.lab.installation
        for point in points:
            dead = Stopwatch()
            go = await start_armed(self.workload.lab, point)
            dead.measured("F2", "engine dead, until the next has adopted every call")
            await asyncio.sleep(self.workload.random.uniform(*YOUNG_SECONDS))
            go.touch()
            await until_dead(self.workload.lab, point, REACHED_SECONDS)
            self.deaths[point] = datetime.now(UTC)
        await installation.start_engine()

    async def _call(self, story: Story) -> None:
        """Whoever is served by the fallback calls again: that is another test's."""
        while True:
            caller = await self.workload.dial()
            heard = await caller.until_heard("zh/welcome", FALLBACK, within=PATIENCE)
            if heard.what != FALLBACK:
                break
            await caller.hang_up()
        self.heard[caller.name] = caller.ear.heard
        try:
            await story(caller)
        except Unheard as error:
            error.add_note(await self._story_of(caller.name))
            raise
        await caller.hang_up()
        self.ended[caller.name] = (story, datetime.now(UTC))

    async def is_as_without_fault(self) -> bool:
        return not await self.differences()

    async def differences(self) -> list[str]:
        """In which calls the record is not what it would have been."""
        found = []
        for caller, (story, _) in self.ended.items():
            record = await told(self.workload.lab, caller)
            if record != REFERENCE[story]:
                found.append(f"{caller} {story.__name__}: {record} {await self._story_of(caller)}")
        return found

    async def _story_of(self, caller: str) -> str:
        async with self.workload.lab.database() as db:
            rows = await db.fetch(
                "SELECT e.at, e.type, e.detail FROM call_event e JOIN call c USING (call_id)"
                " WHERE c.caller = $1 ORDER BY e.at",
                caller,
            )
        heard = [f"{item.what} {item.at:.1f}" for item in self.heard[caller]]
        told = [f"{row['at']:%T.%f} {row['type']} {row['detail']}" for row in rows]
        told += [f"{at:%T.%f} the engine died at {point}" for point, at in self.deaths.items()]
        if caller in self.ended:
            told.append(f"{self.ended[caller][1]:%T.%f} the caller hung up")
        return "\n".join([f"heard {heard}", *sorted(told)])

    async def late_ends(self) -> list[str]:
        """Whose record says another end than there was."""
        async with self.workload.lab.database() as db:
            rows = await db.fetch(
                "SELECT caller, ended_at FROM call WHERE caller = ANY($1)", list(self.ended)
            )
        off = {
            row["caller"]: abs((row["ended_at"] - self.ended[row["caller"]][1]).total_seconds())
            for row in rows
        }
        return [f"{caller}: {by:.1f} s" for caller, by in off.items() if by > CLOSE_SECONDS]


async def test_records_are_as_if_no_engine_had_died(workload: Workload) -> None:
    installation = workload.lab.installation
    await workload.log_in(workload.size.extensions)
    await asyncio.to_thread(installation.engine.kill)
    points = chosen_points()
    workload.random.shuffle(points)
    round_ = Round(workload)

    try:
        await round_.run(points)
        over = Stopwatch()
        with contextlib.suppress(TimeoutError):
            await until(round_.is_as_without_fault, 30, "all records")
    finally:
        await asyncio.to_thread(installation.engine.kill)
        await installation.start_engine()

    over.measured("F2", "last hang-up, until every record is whole")
    if differences := await round_.differences():
        pytest.fail("\n".join(differences))  # an assertion would shorten it
    assert await round_.late_ends() == []
    await workload.verdict()


def chosen_points() -> list[str]:
    text = os.environ.get(CHOSEN_POINTS)
    if text:
        return text.split(",")
    return [point for point in breakpoints.POINTS if not point.startswith(OTHER_STORIES)]
