"""Real calls through the whole product."""

import asyncio

import pytest

from ari_app.lab.lab import soon
from tests.lab.hotline import Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_caller_reaches_the_agent_with_the_skill_and_both_hear_each_other(
    hotline: Hotline,
) -> None:
    await hotline.login("1001", "1002")
    answered = hotline.answering("1002", 620)

    caller = await hotline.arrive("12")
    caller.talk(440)
    agent = await soon(answered, 20, "agent 1002 answers")
    await caller.until_heard("tone 620", within=10)
    await agent.until_heard("tone 440", within=10)
    await hotline.hang_up(caller)

    record = await hotline.record_of(caller)
    assert record["outcome"] == "talked"
    assert record["end_reason"] == "caller_hung_up"
    why = await hotline.why_of(record["call_id"])
    assert why["agent"] == "1002"
    assert why["requires"] == {"technical": 3, "chinese": 1}
    # An engine that dies before the phone rings leaves both, the offer and the place, or neither.
    kept = await hotline.row(
        "SELECT count(DISTINCT xmin::text) AS transactions, count(*) AS events FROM call_event"
        " WHERE call_id = $1 AND type IN ('queued', 'offered')",
        record["call_id"],
    )
    assert kept == {"transactions": 1, "events": 2}


async def test_an_agent_who_hangs_up_sends_the_caller_on_to_a_survey_and_goodbye(
    hotline: Hotline,
) -> None:
    await hotline.login("1001")
    answered = hotline.answering("1001", 620)

    caller = await hotline.arrive("11")
    agent = await soon(answered, 20, "agent 1001 answers")
    await caller.until_heard("tone 620", within=10)
    await agent.hang_up()
    await caller.until_heard("zh/survey-intro", within=10)
    await caller.press("545")
    await caller.until_heard("zh/goodbye", within=15)
    await caller.until_gone(10)

    record = await hotline.record_of(caller)
    assert record["outcome"] == "talked"
    assert record["end_reason"] == "agent_hung_up"
    told = await hotline.row(
        "SELECT sum(score) AS sum FROM survey_answer WHERE call_id = $1", record["call_id"]
    )
    assert told["sum"] == 14


async def test_a_refused_offer_goes_to_the_next_agent(hotline: Hotline) -> None:
    await hotline.login("1002", "1004")
    hotline.world.on_ring["1002"] = lambda party: hotline.world.start(party.refuse())
    answered = hotline.answering("1004", 740)

    caller = await hotline.arrive("12")
    await soon(answered, 25, "agent 1004 answers")
    await caller.until_heard("tone 740", within=10)
    await hotline.hang_up(caller)

    record = await hotline.record_of(caller)
    assert "offer_refused" in await hotline.events_of(record["call_id"])


async def test_a_caller_who_hangs_up_while_waiting_gives_up_the_place(hotline: Hotline) -> None:
    await hotline.login("1001")
    caller = await hotline.arrive("11")
    await caller.until_heard("zh/please-hold-connecting", within=10)

    await hotline.hang_up(caller)

    record = await hotline.record_of(caller)
    assert record["outcome"] == "abandoned"
    visit = await hotline.row(
        "SELECT result FROM queue_visit WHERE call_id = $1", record["call_id"]
    )
    assert visit["result"] == "abandoned"
    await hotline.until_state("1001", "ready")


async def test_a_star_leads_out_of_the_queue_to_the_mailbox(hotline: Hotline) -> None:
    await hotline.login("1001")
    busy = hotline.answering("1001", 620)
    first = await hotline.arrive("11")
    await soon(busy, 20, "agent 1001 answers")
    second = await hotline.arrive("11")
    await second.until_heard("music", within=15)

    await second.press("*")
    await second.until_heard("beep", within=15)
    second.talk(880)
    await asyncio.sleep(2)
    await hotline.hang_up(second, first)

    record = await hotline.record_of(second)
    assert record["outcome"] == "left_message"
    visit = await hotline.row(
        "SELECT result, how FROM queue_visit WHERE call_id = $1", record["call_id"]
    )
    assert visit == {"result": "flowed_out", "how": "mailbox"}


async def test_wrong_and_silent_answers_lead_to_a_person_in_the_end(hotline: Hotline) -> None:
    await hotline.login("1001")
    answered = hotline.answering("1001", 620)
    caller = await hotline.arrive("1")
    for _ in range(3):
        heard = len(caller.ear.heard)
        await caller.until_heard("zh/main-menu", within=20, after=max(0, heard - 1))
        await caller.press("9")
        await caller.until_heard("zh/not-understood", within=10, after=heard)

    await soon(answered, 20, "agent 1001 answers")
    await caller.until_heard("tone 620", within=10)
    await hotline.hang_up(caller)

    assert (await hotline.record_of(caller))["outcome"] == "talked"


async def test_with_nobody_at_work_the_caller_is_asked_for_a_message(hotline: Hotline) -> None:
    caller = await hotline.arrive("11")

    await caller.until_heard("zh/leave-message-after-tone", within=10)
    await hotline.hang_up(caller)

    assert (await hotline.record_of(caller))["outcome"] in ("left_message", "abandoned")
