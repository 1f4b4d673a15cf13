"""Callers who help themselves: the shipped flow, by real calls, with hang-ups on the way."""

import asyncio

import pytest

from tests.lab.hotline import Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = "95010"


async def test_a_caller_hears_how_far_the_order_is(hotline: Hotline) -> None:
    caller = await hotline.arrive("1", number=NUMBER)
    await caller.until_heard("zh/self-service-menu", within=15)
    await caller.press("120260001#")  # all at once: no key is lost between prompts

    await caller.until_heard("zh/status-in-progress", within=15)
    await caller.until_heard("zh/expected-on", within=15)
    await caller.until_heard("zh/still-to-pay", within=15)
    await caller.until_heard("zh/yuan", within=15)
    await caller.until_heard("zh/another-number-or-person", within=15)
    await hotline.hang_up(caller)

    record = await hotline.record_of(caller)
    assert record["outcome"] == "abandoned_in_flow"
    told = await hotline.row(
        "SELECT string_agg(detail::text, ' ') AS all FROM call_event WHERE call_id = $1",
        record["call_id"],
    )
    assert "look" in told["all"]
    assert "20260001" not in told["all"]


async def test_a_number_that_is_not_there_leads_to_another_try_or_a_person(
    hotline: Hotline,
) -> None:
    caller = await hotline.arrive("1", number=NUMBER)
    await caller.press("1999999#0")

    await caller.until_heard("zh/leave-message-after-tone", within=15)  # nobody is at work
    await hotline.hang_up(caller)

    record = await hotline.record_of(caller)
    way = await hotline.row(
        "SELECT string_agg(detail ->> 'exit', ' ' ORDER BY at) AS exits FROM call_event"
        " WHERE call_id = $1 AND type = 'left_node'",
        record["call_id"],
    )
    assert "nothing" in way["exits"]


async def test_callers_who_hang_up_at_any_step_leave_a_closed_record(hotline: Hotline) -> None:
    steps = ("zh/choose-language", "zh/self-service-menu", "zh/enter-serial-number")
    callers = [await hotline.arrive(number=NUMBER) for _ in range(4)]
    await asyncio.gather(*(one.until_heard("zh/welcome", within=10) for one in callers))
    for deep, caller in enumerate(callers[1:], start=1):
        await caller.press("112026"[:deep])
    for deep, caller in enumerate(callers[:3]):
        await caller.until_heard(steps[deep], within=20)
    await hotline.hang_up(*callers)

    for caller in callers:
        record = await hotline.record_of(caller)
        assert (record["outcome"], record["end_reason"]) == ("abandoned_in_flow", "caller_hung_up")


async def test_a_key_storm_ends_at_a_person_and_hurts_nobody(hotline: Hotline) -> None:
    caller = await hotline.arrive(number=NUMBER)
    await caller.until_heard("zh/welcome", within=10)
    for _ in range(20):
        await caller.press("7")

    await caller.until_heard("zh/leave-message-after-tone", within=30)
    await hotline.hang_up(caller)
