"""F17: phones whose plugs are pulled: nobody says goodbye, nobody waits for ever.

As many phones as a fault is tried times, each unplugged at a moment of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from ari_app.lab.lab import Lab, soon, until
from ari_app.lab.party import Party
from tests.faults.recoveries import Stopwatch
from tests.faults.workload import Size, open_lab, seeds
from tests.lab.hotline import Hotline
from tests.lab.listening import recorded, spans

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.beside]

CALLER, FIRST, SECOND = 440, 620, 740  # Hz
ANOTHER_AGENT_SECONDS = 35.0
RING_SECONDS = 8.0  # of the lab's queues
KNOWN_SECONDS = 30.0  # until it shows that a phone does not answer: qualify_frequency and more
TALK_SECONDS = 6.0
HEARD_SECONDS = 3.0  # at first the number of the agent is said over the tone
GHOSTS_SECONDS = 10.0
ONE_AFTER_ANOTHER = 0.4  # seconds between two plugs

EXTENSIONS = Size(talking=2 * len(seeds())).extensions
DESKS, OTHERS = EXTENSIONS[: len(seeds())], EXTENSIONS[-len(seeds()) :]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lab(site_folder: Path) -> AsyncIterator[Lab]:
    """The phones of DESKS can be unplugged."""
    async with open_lab(site_folder, Size(talking=len(EXTENSIONS)), desks=DESKS) as lab:
        yield lab


@pytest_asyncio.fixture(loop_scope="session")
async def plugged(lab: Lab) -> None:
    """Whatever an earlier test has left."""
    await plug_in(lab)


async def test_phones_unplugged_in_mid_call_send_their_callers_to_other_agents(
    lab: Lab, hotline: Hotline, plugged: None
) -> None:
    callers = await talking_with_the_first(hotline)

    await unplugged_in_mid_call(hotline, callers, "unplugged in mid-call")

    await hotline.logout(*OTHERS)
    await plug_in(lab)
    await all_in_state(hotline, "ready", within=KNOWN_SECONDS)
    await hotline.hang_up(*(await talking_with_the_first(hotline)).values())


async def test_phones_unplugged_under_a_new_engine_send_their_callers_to_other_agents(
    lab: Lab, hotline: Hotline, plugged: None
) -> None:
    callers = await talking_with_the_first(hotline)
    await asyncio.to_thread(lab.installation.engine.kill)
    await lab.installation.start_engine()

    await unplugged_in_mid_call(hotline, callers, "unplugged after a restart")

    await asyncio.to_thread(lab.installation.engine.kill)
    await plug_in(lab)
    await lab.installation.start_engine()
    await all_in_state(hotline, "ready", within=5)


@pytest.mark.parametrize("number", range(min(2, len(DESKS))))
async def test_a_phone_unplugged_while_it_rings_costs_the_caller_one_ringing(
    lab: Lab, hotline: Hotline, plugged: None, number: int
) -> None:
    desk, other = DESKS[number], OTHERS[number]
    rings = asyncio.Event()
    lab.where(desk).on_ring[desk] = lambda party: rings.set()
    await hotline.login(desk)
    caller = await hotline.arrive("11")
    await soon(asyncio.ensure_future(rings.wait()), 15, f"the phone of {desk} rings")
    answered = hotline.answering(other, SECOND)
    await hotline.login(other)

    await lab.desks[desk].unplug()
    unplugged = Stopwatch()
    await soon(answered, RING_SECONDS + 5, f"agent {other} answers")
    await caller.until_heard(f"tone {SECOND}", within=5)

    unplugged.measured("F17", "unplugged while ringing, until another agent is heard")
    await hotline.until_state(desk, "phone_lost", within=KNOWN_SECONDS)
    await hotline.hang_up(caller)
    call_id = (await hotline.record_of(caller))["call_id"]
    assert await visits(hotline, call_id) == [("answered", int(other))]
    assert await offers(hotline, call_id) == [(int(desk), "timed_out"), (int(other), "accepted")]
    await until_no_channel(lab)


# ---- what they do ----


async def talking_with_the_first(hotline: Hotline) -> Mapping[str, Party]:
    """Each phone of DESKS with a caller, for a while."""
    await hotline.login(*DESKS)
    for extension in DESKS:
        hotline.answering(extension, FIRST)
    callers = await asyncio.gather(*(hotline.arrive("11") for _ in DESKS))
    for caller in callers:
        caller.talk(CALLER)
        await caller.until_heard(f"tone {FIRST}", within=20)
    await asyncio.sleep(TALK_SECONDS)
    agents = {row["caller"]: str(row["agent_id"]) for row in await rows(hotline, _TALKING)}
    return {agents[caller.name]: caller for caller in callers}


async def answer_elsewhere(hotline: Hotline) -> None:
    for extension in OTHERS:
        hotline.answering(extension, SECOND, after=1)
    await hotline.login(*OTHERS)


async def unplugged_in_mid_call(hotline: Hotline, callers: Mapping[str, Party], what: str) -> None:
    """Each caller is told, hears music, talks with another agent, and all is on record."""
    await answer_elsewhere(hotline)
    await asyncio.gather(
        *(
            _interrupted(hotline, desk, caller, number * ONE_AFTER_ANOTHER, what)
            for number, (desk, caller) in enumerate(callers.items())
        )
    )
    await asyncio.sleep(TALK_SECONDS)
    await hotline.hang_up(*callers.values())
    for desk, caller in callers.items():
        call_id = (await hotline.record_of(caller))["call_id"]
        (_, first), (_, second) = told = await visits(hotline, call_id)
        assert [result for result, _ in told] == ["answered", "answered"]
        assert (str(first), str(second) in OTHERS) == (desk, True)
        if await calls_of(hotline, caller) != [("talked", "caller_hung_up")]:
            pytest.fail(await story_of(hotline, call_id))
        await both_agents_are_recorded(hotline, call_id)
    await until_no_channel(hotline.lab)


async def _interrupted(hotline: Hotline, desk: str, caller: Party, after: float, what: str) -> None:
    await asyncio.sleep(after)
    said_before = len(caller.ear.heard)
    await hotline.lab.desks[desk].unplug()
    unplugged = Stopwatch()
    await caller.until_heard(
        "zh/call-interrupted-requeue", within=ANOTHER_AGENT_SECONDS, after=said_before
    )
    unplugged.measured("F17", f"{what}, until the caller is told")
    await caller.until_heard(f"tone {SECOND}", within=ANOTHER_AGENT_SECONDS)
    took = unplugged.measured("F17", f"{what}, until another agent is heard")
    assert took <= ANOTHER_AGENT_SECONDS
    assert (await hotline.states())[desk] == "phone_lost"


async def plug_in(lab: Lab) -> None:
    await asyncio.gather(*(desk.plug_in() for desk in lab.desks.values()))


async def all_in_state(hotline: Hotline, state: str, within: float) -> None:
    for extension in DESKS:
        await hotline.until_state(extension, state, within=within)


# ---- what they left behind ----


async def both_agents_are_recorded(hotline: Hotline, call_id: UUID) -> None:
    left, right, rate = await recorded(hotline, call_id)
    first, second = spans(right, rate, FIRST), spans(right, rate, SECOND)
    assert seconds(first) > HEARD_SECONDS
    assert seconds(second) > HEARD_SECONDS
    assert first[-1][1] < second[0][0]
    assert not spans(right, rate, CALLER)
    said = spans(left, rate, CALLER)
    assert said[0][0] < first[0][1]
    assert said[-1][1] > second[0][0] + HEARD_SECONDS
    assert not spans(left, rate, FIRST)
    assert not spans(left, rate, SECOND)


def seconds(of: list[tuple[float, float]]) -> float:
    return sum(end - start for start, end in of)


async def visits(hotline: Hotline, call_id: UUID) -> list[tuple[str, int]]:
    query = "SELECT result, agent_id FROM queue_visit WHERE call_id = $1 ORDER BY left_at"
    return [tuple(row) for row in await rows(hotline, query, call_id)]


async def offers(hotline: Hotline, call_id: UUID) -> list[tuple[int, str]]:
    query = "SELECT agent_id, result FROM offer WHERE call_id = $1 ORDER BY made_at"
    return [tuple(row) for row in await rows(hotline, query, call_id)]


async def calls_of(hotline: Hotline, caller: Party) -> list[tuple[str, str]]:
    query = "SELECT outcome, end_reason FROM call WHERE caller = $1"
    return [tuple(row) for row in await rows(hotline, query, caller.name)]


async def story_of(hotline: Hotline, call_id: UUID) -> str:
    """All that is known of a call whose record is wrong."""
    call = await rows(hotline, "SELECT * FROM call WHERE call_id = $1", call_id)
    told = "SELECT at, type, detail FROM call_event WHERE call_id = $1 ORDER BY at"
    events = [f"{at:%T.%f} {kind} {more}" for at, kind, more in await rows(hotline, told, call_id)]
    log = hotline.lab.installation.engine.log_file.read_text(errors="replace").splitlines()
    lines = [line for line in log if str(call_id) in line]
    return "\n".join([str(dict(call[0])), *events, *lines])


async def rows(hotline: Hotline, query: str, *values: object) -> list[Any]:
    async with hotline.lab.database() as db:
        return list(await db.fetch(query, *values))


async def until_no_channel(lab: Lab) -> None:
    async def none() -> bool:
        console = lab.installation.asterisk.console
        return not (await asyncio.to_thread(console, "core show channels concise")).strip()

    await until(none, GHOSTS_SECONDS, "no channel left")


_TALKING = """
    SELECT c.caller, (p.state ->> 'agent')::int AS agent_id
      FROM call_place p
      JOIN call c USING (call_id)
     WHERE p.kind = 'talk'
       AND c.ended_at IS NULL
"""
