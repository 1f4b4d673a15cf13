"""Node types by real calls, several at once: each test is a few callers on the same hotline."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from ari_app.domain.pin import hashed
from ari_app.flows.active import MOST_KEYS
from ari_app.lab.lab import soon
from ari_app.lab.party import Party
from ari_app.store import customer_pins, seed
from tests.lab.hotline import Hotline
from tests.lab.nodes import FLOWS
from tests.lab.publisher import Publisher

pytestmark = pytest.mark.asyncio(loop_scope="session")

BY_NUMBER = "95011"
PIN = "4815"
VIP, OTHERS = "7001", ("7002", "7003", "7004", "7005")  # accounts; each caller has one alone


async def arrive(hotline: Hotline, keys: str, number: str) -> Party:
    """A caller who presses all of the keys during the first word."""
    caller = await hotline.arrive(number=number)
    await caller.until_heard("zh/welcome", within=20)
    await caller.press(keys)
    return caller


async def test_one_agent_is_asked_for_by_number_rung_and_waited_for(hotline: Hotline) -> None:
    await hotline.login("1002")  # no skill for orders: nobody else would ever send a caller here
    answered = hotline.answering("1002", 620)
    caller = await arrive(hotline, "1002#", BY_NUMBER)
    caller.talk(440)
    agent = await soon(answered, 30, "agent 1002 answers")
    await agent.until_heard("tone 440", within=10)

    second = await arrive(hotline, "1002#", BY_NUMBER)
    await second.until_heard("zh/agent-busy-please-hold", within=20)
    again = hotline.answering("1002", 740)
    await agent.hang_up()
    await caller.until_gone(15)
    next_talk = await soon(again, 30, "agent 1002 answers who waited")
    await second.until_heard("tone 740", within=10)
    await hotline.hang_up(second)
    await next_talk.until_gone(10)

    record = await hotline.record_of(caller)
    assert (record["outcome"], record["agents"]) == ("talked", [1002])
    assert await hotline.why_of(record["call_id"]) == {"how": "named"}
    assert (await hotline.record_of(second))["agents"] == [1002]


async def test_who_cannot_be_had_is_said_to_be_and_the_line_prefers_them(
    hotline: Hotline,
) -> None:
    nobody = await arrive(hotline, "9999#", BY_NUMBER)
    away = await arrive(hotline, "1003#", BY_NUMBER)

    await nobody.until_heard("zh/agent-number-not-found", within=20)
    await away.until_heard("zh/colleague-not-available", within=20)
    await away.until_heard("zh/leave-message-after-tone", within=20)  # nobody is at work
    await hotline.hang_up(nobody, away)

    for caller in (nobody, away):
        record = await hotline.record_of(caller)
        assert not record["agents"]
        assert record["ended_at"] is not None


# ---- a flow of its own: tests/lab/nodes.py ----


@pytest.fixture
async def lab_flow(hotline: Hotline) -> AsyncIterator[None]:
    """Live for one test; the customers have accounts, of which the first is a vip's."""
    publisher = Publisher(hotline)
    before = await publisher.files()
    async with hotline.lab.database() as db:
        kept = hashed(PIN, b"salt of the test")
        for number, account in enumerate((VIP, *OTHERS)):
            phone = seed.phone_of(number * 4)
            assert await customer_pins.set_pin(db, phone, account, kept)
    async with hotline.changed(
        "INSERT INTO route (pattern, flow) VALUES ('9509_', 'lab-nodes')",
        "DELETE FROM route WHERE pattern = '9509_'",
    ):
        await publisher.publish({**before, **FLOWS})
        yield
    await publisher.publish(before)


async def dial(hotline: Hotline, number: str, first: str, keys: str = "") -> Party:
    """A caller who hears the first word, and presses keys."""
    caller = await hotline.arrive(number=number)
    await caller.until_heard(f"zh/{first}", within=20)
    if keys:
        await caller.press(keys)
    return caller


@contextmanager
def gone(hotline: Hotline, prompt: str) -> Iterator[None]:
    """The files of a prompt, in every format, and in both languages: Asterisk would say the English
    one to whoever cannot hear the Chinese."""
    files = hotline.lab.site.sounds.glob(f"*/hotline/{prompt}.*")
    kept = {path: path.read_bytes() for path in files}
    for path in kept:
        path.unlink()
    try:
        yield
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


async def test_callers_go_through_every_node_or_hang_up_in_it(
    hotline: Hotline, lab_flow: None
) -> None:
    asked = "enter-account-number"
    whole, wrong, *leavers = await asyncio.gather(
        dial(hotline, "95090", asked, f"{VIP}#{PIN}#1"),
        dial(hotline, "95090", asked, f"{OTHERS[0]}#6543#"),
        dial(hotline, "95090", asked),
        dial(hotline, "95090", asked, f"{OTHERS[1]}#"),
        dial(hotline, "95090", asked, f"{OTHERS[2]}#{PIN}#"),
        dial(hotline, "95090", asked, f"{OTHERS[3]}#{PIN}#1"),
        dial(hotline, "95091", "self-service-menu"),
        dial(hotline, "95092", "one-moment-please"),
    )
    steps = (
        asked,
        "enter-your-pin",
        "choice-self-service",
        "another-number-or-person",
        "self-service-menu",
        "one-moment-please",
    )
    await asyncio.gather(
        wrong.until_heard("zh/not-identified", within=30),
        *(
            caller.until_heard(f"zh/{step}", within=30)
            for caller, step in zip(leavers, steps, strict=True)
        ),
    )
    await whole.until_heard("zh/leave-message-after-tone", within=30)  # key 1: a person for a vip
    assert not leavers[2].ear.times("zh/choice-person")  # an offer to vips alone, and their key 1
    await leavers[3].press("1")
    await leavers[3].until_heard("zh/your-number-is", within=20)
    await leavers[3].until_heard("zh/after-hours-menu", within=20)  # back from the other flow
    await hotline.hang_up(whole, wrong, *leavers)

    for caller in (wrong, *leavers):
        record = await hotline.record_of(caller)
        assert (record["outcome"], record["end_reason"]) == ("abandoned_in_flow", "caller_hung_up")
    assert (await hotline.record_of(whole))["tier"] == "vip"
    told = await hotline.row(
        "SELECT string_agg(detail::text, ' ') AS all FROM call_event WHERE call_id = $1",
        (await hotline.record_of(whole))["call_id"],
    )
    assert VIP not in told["all"]
    assert PIN not in told["all"]


async def test_a_caller_is_passed_on_to_an_agent_a_number_or_a_flow(
    hotline: Hotline, lab_flow: None
) -> None:
    away = await hotline.arrive(number="95093")
    await away.until_heard("zh/look-up-failed", within=20)  # nobody is at work there
    await hotline.login("1002")
    answered = hotline.answering("1002", 620)
    caller, outwards, flowing = await asyncio.gather(
        hotline.arrive(number="95093"),
        hotline.arrive(number="95094"),
        dial(hotline, "95095", "another-number-or-person", "1"),
    )
    caller.talk(440)
    agent = await soon(answered, 30, "agent 1002 answers")
    await agent.until_heard("tone 440", within=10)
    await caller.until_heard("tone 620", within=10)
    await outwards.until_heard("zh/look-up-failed", within=20)  # this hotline may not dial
    await flowing.until_heard("zh/your-number-is", within=20)
    await flowing.until_gone(30)  # there is no flow to come back to
    await agent.hang_up()
    await caller.until_heard("zh/after-hours-menu", within=20)
    await hotline.hang_up(away, caller, outwards)

    record = await hotline.record_of(caller)
    assert (record["outcome"], record["agents"]) == ("talked", [1002])
    assert (await hotline.record_of(flowing))["end_reason"] == "flow_ended"
    refused = await hotline.row(
        "SELECT outcome, reason FROM attempt WHERE call_id = $1",
        (await hotline.record_of(outwards))["call_id"],
    )
    assert refused["outcome"] == "refused"


async def test_what_fails_is_told_within_two_seconds_and_a_person_is_reached(
    hotline: Hotline, lab_flow: None
) -> None:
    """A prompt that is gone, a query that hangs, keys faster than anybody presses them."""
    reader = await dial(hotline, "95091", "self-service-menu")
    with gone(hotline, "after-hours-menu"):  # while the prompt before it plays
        slow, stormy = await asyncio.gather(
            dial(hotline, "95092", "one-moment-please"), dial(hotline, "95001", "welcome")
        )
        await stormy.storm("7" * 150)
        await reader.until_heard("zh/cannot-be-played", within=20)
        await reader.press("1")
        await asyncio.gather(
            slow.until_heard("zh/look-up-failed", within=10),
            stormy.until_heard("zh/leave-message-after-tone", within=40),
        )
    for caller in (reader, slow):
        await caller.until_heard("zh/leave-message-after-tone", within=15)
    await hotline.hang_up(reader, slow, stormy)

    counted = await hotline.row(
        "SELECT count(*) AS keys FROM call_event WHERE call_id = $1 AND type = 'key_pressed'",
        (await hotline.record_of(stormy))["call_id"],
    )
    assert 3 <= counted["keys"] <= MOST_KEYS
