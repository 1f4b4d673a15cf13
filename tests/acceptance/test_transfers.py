"""Agents pass callers on: REFER from a phone, at once (blind) and after asking (attended)."""

import asyncio
from typing import Any

import pytest

from ari_app.lab.lab import soon, until
from ari_app.lab.party import Party
from tests.lab.hotline import Hotline
from tests.lab.listening import recorded, spans

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLER, FIRST, SECOND = 440, 620, 880


async def legs_of(hotline: Hotline, call_id: object) -> list[dict[str, Any]]:
    """The agents' legs that were answered, in order."""
    async with hotline.lab.database() as db:
        rows = await db.fetch(
            "SELECT agent_id, answered_at, ended_at FROM leg"
            " WHERE call_id = $1 AND role = 'agent' AND answered_at IS NOT NULL"
            " ORDER BY answered_at",
            call_id,
        )
    return [dict(row) for row in rows]


async def consult(hotline: Hotline, extension: str, number: str) -> Party:
    """The agent's phone dials a colleague, whose phone is answered."""
    return await hotline.lab.where(extension).feature(extension, number)


async def test_a_blind_transfer_keeps_record_recording_and_states_whole(hotline: Hotline) -> None:
    await hotline.login("1004")
    caller, first = await hotline.in_talk("1001", caller=CALLER, agent=FIRST)
    answered = hotline.answering("1004", SECOND)

    await first.refer("1004")

    await first.until_gone(10)
    await hotline.until_state("1001", "wrap_up", "ready")
    second = await soon(answered, 10, "agent 1004 answers")
    await caller.until_heard(f"tone {SECOND}", within=10)
    await second.until_heard(f"tone {CALLER}", within=10)
    assert (await hotline.states())["1004"] == "talking"
    await asyncio.sleep(2)
    await second.hang_up()
    await hotline.hang_up(caller)

    record = await hotline.record_of(caller)
    assert (record["outcome"], record["agents"]) == ("talked", [1001, 1004])
    before, after = await legs_of(hotline, record["call_id"])
    assert before["ended_at"] < after["answered_at"]
    why = await hotline.why_of(record["call_id"])
    assert why == {"how": "blind", "by": 1001}
    left, right, rate = await recorded(hotline, record["call_id"])
    assert spans(right, rate, FIRST)
    assert spans(right, rate, SECOND)[-1][1] - spans(right, rate, SECOND)[0][0] > 1.5
    assert spans(left, rate, CALLER)[-1][1] > spans(right, rate, SECOND)[0][0]


async def test_an_attended_transfer_gives_the_caller_to_the_colleague_who_was_asked(
    hotline: Hotline,
) -> None:
    await hotline.login("1004")
    caller, first = await hotline.in_talk("1001", caller=CALLER, agent=FIRST)
    answered = hotline.answering("1004", SECOND)
    asking = await consult(hotline, "1001", "1004")
    second = await soon(answered, 10, "agent 1004 answers")
    asking.talk(1000)
    await second.until_heard("tone 1000", within=10)
    await asking.until_heard(f"tone {SECOND}", within=10)
    assert not caller.ear.times(f"tone {SECOND}")

    await first.refer_to_call(asking)

    await caller.until_heard(f"tone {SECOND}", within=10)
    await second.until_heard(f"tone {CALLER}", within=10)
    await first.until_gone(10)
    await asking.until_gone(10)
    await hotline.until_state("1001", "wrap_up", "ready")
    assert (await hotline.states())["1004"] == "talking"
    await asyncio.sleep(2)
    await second.hang_up()
    await hotline.hang_up(caller)
    await hotline.until_state("1004", "wrap_up", "ready")

    record = await hotline.record_of(caller)
    assert (record["outcome"], record["agents"]) == ("talked", [1001, 1004])
    _, right, rate = await recorded(hotline, record["call_id"])
    assert spans(right, rate, SECOND)[-1][1] - spans(right, rate, SECOND)[0][0] > 1.5
    assert not spans(right, rate, 1000), "what agents say among themselves"


async def test_a_colleague_who_does_not_answer_puts_the_caller_at_the_head_of_the_line(
    hotline: Hotline,
) -> None:
    await hotline.login("1004")
    caller, first = await hotline.in_talk("1001", caller=CALLER, agent=FIRST)
    hotline.world.on_ring["1004"] = lambda party: hotline.world.start(party.refuse())
    again = hotline.answering("1001", 740)

    await first.refer("1004")

    await caller.until_heard("zh/colleague-not-reached", within=15)
    await soon(again, 20, "agent 1001 gets the caller back")
    await caller.until_heard("tone 740", within=10)
    await hotline.hang_up(caller)
    assert (await hotline.record_of(caller))["agents"] == [1001, 1001]


async def test_a_transfer_to_nobody_leaves_the_talk_as_it_was(hotline: Hotline) -> None:
    caller, first = await hotline.in_talk("1001", caller=CALLER, agent=FIRST)

    await first.refer("999")
    await asyncio.sleep(3)

    assert not first.gone.is_set()
    await first.take_back()
    await until(lambda: first.hears(f"tone {CALLER}"), 5, "the agent hears the caller again")
    assert (await hotline.states())["1001"] == "talking"
    await hotline.hang_up(caller)
    record = await hotline.record_of(caller)
    assert record["agents"] == [1001]


async def test_who_is_in_no_call_cannot_dial_a_colleague(hotline: Hotline) -> None:
    await hotline.login("1001", "1004")

    phone = await consult(hotline, "1001", "1004")

    await phone.until_heard("zh/consult-needs-a-call", within=10)
    await phone.until_gone(10)
    assert (await hotline.states())["1004"] == "ready"
