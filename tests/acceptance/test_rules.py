"""What a queue's rows and an agent's states do to real calls."""

import msgspec
import pytest

from ari_app.lab.lab import soon
from tests.lab.hotline import Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHOOSY = """
    UPDATE queue SET ring_seconds = 2, relaxation = '[{"after": 4, "requires": {"technical": 3}}]'
     WHERE name = 'support';
    UPDATE queue_skill SET level = 6 WHERE skill = 'technical'
"""
AS_BEFORE = """
    UPDATE queue SET ring_seconds = 15, relaxation = '[]', closing_to = NULL;
    UPDATE queue_skill SET level = 3 WHERE skill = 'technical';
    DELETE FROM queue_hours
"""
CLOSED = """
    INSERT INTO queue_hours
    SELECT id, 1 + extract(isodow FROM now() + interval '1 day')::integer % 7, '08:00', '08:01'
      FROM queue WHERE name = 'support';
    UPDATE queue SET closing_to = '{"kind": "mailbox", "name": "hotline"}' WHERE name = 'support'
"""

MODEST = """
    UPDATE agent_skill SET level = 9 WHERE agent_id = 1002 AND skill = 'technical';
    UPDATE queue SET rule = 'least_overqualified', max_busy = 1 WHERE name = 'support'
"""
NOT_MODEST = """
    UPDATE agent_skill SET level = 8 WHERE agent_id = 1002 AND skill = 'technical';
    UPDATE queue SET rule = 'longest_idle', max_busy = NULL WHERE name = 'support'
"""


async def test_who_misses_a_call_is_not_rung_again_and_waiting_lowers_what_is_asked(
    hotline: Hotline,
) -> None:
    """Agent 1002 (technical 8) does not answer; 1004 (technical 4) is able only after a while."""
    answered = hotline.answering("1004", 740)
    async with hotline.changed(CHOOSY, AS_BEFORE):
        await hotline.login("1002", "1004")
        caller = await hotline.arrive("12")
        await soon(answered, 20, "agent 1004 answers")
        await caller.until_heard("tone 740", within=10)
    await hotline.hang_up(caller)

    record = await hotline.record_of(caller)
    async with hotline.lab.database() as db:
        offers = await db.fetch(
            "SELECT agent_id, result, why FROM offer WHERE call_id = $1 ORDER BY made_at",
            record["call_id"],
        )
    assert [tuple(offer)[:2] for offer in offers] == [(1002, "timed_out"), (1004, "accepted")]
    why = msgspec.json.decode(offers[1]["why"])
    assert (why["cause"], why["step"]) == ("requirements_relaxed", 1)
    assert why["skipped"] == [{"id": "1002", "reason": "excluded"}]


async def test_wrap_up_holds_for_every_queue_closing_time_hands_over_and_a_key_leads_out(
    hotline: Hotline,
) -> None:
    """Agent 1004 serves both queues."""
    await hotline.login("1004")
    first, _ = await hotline.in_talk("1004", "11", agent=740)
    following = hotline.answering("1004", 880)
    second = await hotline.arrive("12")
    await second.until_heard("zh/please-hold-connecting", within=20)

    await hotline.hang_up(first)
    await soon(following, 20, "agent 1004 answers the call of the other queue")
    await second.until_heard("tone 880", within=10)
    key = await hotline.arrive("11")
    late = await hotline.arrive("12")
    await key.until_heard("zh/all-agents-busy", within=20)
    await key.press("*")
    await key.until_heard("zh/leave-message-after-tone", within=10)
    async with hotline.changed(CLOSED, AS_BEFORE):
        await late.until_heard("zh/passing-you-on", within=20)
        await late.until_heard("zh/leave-message-after-tone", within=10)
    await hotline.hang_up(key, late, second)

    assert "zh/in-the-queue" not in {item.what for item in key.ear.heard}
    rested = await hotline.row(
        """
        SELECT r.at - w.at >= interval '2 seconds' AS whole
          FROM agent_state w
          JOIN agent_state r ON r.agent_id = w.agent_id AND r.version = w.version + 2
         WHERE w.agent_id = 1004 AND w.state = 'wrap_up' AND r.state = 'reserved'
         ORDER BY w.version DESC
        """
    )
    assert rested == {"whole": True}
    record = await hotline.record_of(late)
    left = await hotline.row("SELECT how FROM queue_visit WHERE call_id = $1", record["call_id"])
    assert left == {"how": "closing_time"}


async def test_a_queue_takes_whom_it_needs_and_no_more_than_its_share(hotline: Hotline) -> None:
    """Agent 1002 has been idle longer than 1004, and can do more than is asked."""
    await hotline.login("1002", "1004")
    sufficient = hotline.answering("1004", 740)
    expert = hotline.answering("1002", 880)
    async with hotline.changed(MODEST, NOT_MODEST):
        first = await hotline.arrive("12")
        await soon(sufficient, 20, "agent 1004 answers")
        second = await hotline.arrive("12")
        await second.until_heard("zh/all-agents-busy", "zh/please-hold-connecting", within=20)
        assert (await hotline.states())["1002"] == "ready"
        await hotline.hang_up(first)
        await soon(expert, 20, "agent 1002 answers")
        await hotline.hang_up(second)

    why = await hotline.why_of((await hotline.record_of(first))["call_id"])
    assert (why["rule"], why["agent"]) == ("least_overqualified", "1004")


async def test_a_phone_that_is_lost_rings_for_nobody_and_is_back_by_itself(
    hotline: Hotline,
) -> None:
    await hotline.login("1001", "1004")
    await hotline.lab.register("1001", away=True)
    await hotline.until_state("1001", "phone_lost")
    answered = hotline.answering("1004", 740)

    caller = await hotline.arrive("11")
    await soon(answered, 20, "agent 1004 answers")
    await hotline.hang_up(caller)
    await hotline.lab.register("1001")

    await hotline.until_state("1001", "ready")
    record = await hotline.record_of(caller)
    offers = await hotline.row(
        "SELECT count(*) AS count, max(agent_id) AS agent FROM offer WHERE call_id = $1",
        record["call_id"],
    )
    assert offers == {"count": 1, "agent": 1004}
