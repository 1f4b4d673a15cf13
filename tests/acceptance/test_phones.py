"""What agents do with their phones."""

import asyncio
from datetime import timedelta

import pytest

from ari_app.domain.pin import hashed
from ari_app.lab.desk import QUALIFIED_SECONDS
from ari_app.lab.lab import soon, until
from ari_app.lab.party import Party
from ari_app.store import pins
from tests.lab.hotline import Hotline
from tests.lab.watcher import Watcher

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_star_45_logs_in_and_out_and_says_so(hotline: Hotline) -> None:
    phone = await hotline.world.feature("1003", "*45")
    await phone.until_heard("en/agent-logged-in", within=10)
    await phone.until_gone(10)
    await hotline.until_state("1003", "ready")

    phone = await hotline.world.feature("1003", "*45")
    await phone.until_heard("en/agent-logged-out", within=10)
    await phone.until_gone(10)
    await hotline.until_state("1003", "logged_out")


async def test_star_46_pauses_and_resumes_and_says_so(hotline: Hotline) -> None:
    await hotline.login("1001")

    phone = await hotline.world.feature("1001", "*46")
    await phone.until_heard("zh/agent-paused", within=10)
    await phone.until_gone(10)
    await hotline.until_state("1001", "paused")

    phone = await hotline.world.feature("1001", "*46")
    await phone.until_heard("zh/agent-ready", within=10)
    await phone.until_gone(10)
    await hotline.until_state("1001", "ready")


async def test_a_paused_agent_gets_no_calls_and_the_call_waits_until_the_pause_is_over(
    hotline: Hotline,
) -> None:
    await hotline.login("1001", "1004")
    await (await hotline.world.feature("1001", "*46")).until_gone(10)
    await hotline.until_state("1001", "paused")
    answered = hotline.answering("1001", 620)
    first = hotline.answering("1004", 740)
    occupying = await hotline.arrive("11")
    await soon(first, 20, "agent 1004 answers")
    caller = await hotline.arrive("11")
    await caller.until_heard("music", within=15)
    assert not answered.done()

    await (await hotline.world.feature("1001", "*46")).until_gone(10)

    await soon(answered, 15, "agent 1001 answers")
    await hotline.hang_up(caller, occupying)


async def test_wrap_up_follows_a_call_and_ends_by_itself(hotline: Hotline) -> None:
    await hotline.login("1001")
    answered = hotline.answering("1001", 620)
    caller = await hotline.arrive("11")
    await soon(answered, 20, "agent 1001 answers")
    await caller.until_heard("tone 620", within=10)

    await hotline.hang_up(caller)

    await hotline.until_state("1001", "wrap_up")
    await hotline.until_state("1001", "ready", within=6)


async def asked_for_pin(hotline: Hotline, extension: str) -> Party:
    """Who logs in the moment before the engine hears of the PIN is not asked, and tries again."""
    while True:
        phone = await hotline.world.feature(extension, "*45")
        heard = await phone.until_heard("zh/enter-pin", "zh/agent-logged-in", within=10)
        if heard.what == "zh/enter-pin":
            return phone
        await phone.until_gone(10)
        await hotline.until_state(extension, "ready")
        await hotline.order(extension, "logged_out")


async def test_a_pin_keeps_out_who_does_not_know_it(hotline: Hotline) -> None:
    async with hotline.lab.database() as db:
        await pins.set_hash(db, 1002, hashed("4839", b"salt", cost=10))

    phone = await asked_for_pin(hotline, "1002")
    await phone.press("4838#")
    await phone.until_heard("zh/invalid-pin", within=10)
    assert (await hotline.states())["1002"] == "logged_out"
    await phone.press("4839#")
    await phone.until_heard("zh/agent-logged-in", within=10)
    await phone.until_gone(10)

    await hotline.until_state("1002", "ready")
    async with hotline.lab.database() as db:
        await pins.set_hash(db, 1002, None)


async def test_a_supervisor_moves_an_agent_whose_lamp_shows_it_on_another_phone(
    hotline: Hotline,
) -> None:
    site = hotline.lab.site
    watching = next(phone for phone in site.state.phones if phone.extension == "1001")

    async with Watcher.open(watching, "1003", site.ports.sip) as watcher:
        assert await watcher.subscribe() == 200
        await watcher.until_notified("<basic>closed</basic>")
        await hotline.order("1003", "ready", why="to see the lamp")
        await watcher.until_notified("<basic>open</basic>", "Ready")
        phone = await hotline.world.feature("1003", "*462")
        await phone.until_heard("en/pause-lunch", within=10)
        await watcher.until_notified("On hold")
        await hotline.order("1003", "logged_out")
        await watcher.until_notified("<basic>closed</basic>")

    lunch = await hotline.row(
        "SELECT * FROM v_agent_state WHERE agent_id = 1003 AND reason = 'lunch'"
    )
    told = await hotline.row(
        "SELECT * FROM audit WHERE action = 'set_agent' AND detail->>'why' = 'to see the lamp'"
    )
    assert lunch["until"] - lunch["since"] == timedelta(hours=1)
    assert (told["who"], told["object"]) == ("tester", "agent 1003")


async def test_the_phone_of_an_auto_answering_agent_is_asked_to_answer_by_itself(
    hotline: Hotline,
) -> None:
    async with hotline.lab.database() as db:
        await db.execute("UPDATE agent SET is_auto_answering = true WHERE id = 1001")
    await hotline.login("1001")
    answered = hotline.answering("1001", 620)

    caller = await hotline.arrive("11")
    phone = await soon(answered, 20, "agent 1001 answers")

    asked = await hotline.world.ari.channels.get_channel_var(
        phone.channel_id, variable="PJSIP_HEADER(read,Call-Info)"
    )
    assert asked.value == "<sip:hotline>;answer-after=0"
    await hotline.hang_up(caller)
    async with hotline.lab.database() as db:
        await db.execute("UPDATE agent SET is_auto_answering = false WHERE id = 1001")


async def test_an_agent_who_is_given_a_phone_that_has_gone_is_offered_nothing(
    hotline: Hotline,
) -> None:
    asterisk = hotline.lab.installation.asterisk
    await hotline.login("1001")
    await hotline.lab.register("1002", away=True)

    async def knows_who_is_there() -> bool:  # a young Asterisk does not
        told = await asyncio.to_thread(asterisk.console, "core show uptime seconds")
        return int(told.splitlines()[0].rpartition(":")[2]) > QUALIFIED_SECONDS

    await until(knows_who_is_there, QUALIFIED_SECONDS + 5, "Asterisk knows all phones")
    async with hotline.lab.database() as db:
        own, gone = [
            row["phone"]
            for row in await db.fetch(
                "SELECT phone FROM agent WHERE id IN (1001, 1002) ORDER BY id"
            )
        ]
        await db.execute("UPDATE agent SET phone = NULL WHERE id = 1002")
        await db.execute("UPDATE agent SET phone = $1 WHERE id = 1001", gone)
        await hotline.until_state("1001", "phone_lost")

        await db.execute("UPDATE agent SET phone = $1 WHERE id = 1001", own)
        await hotline.until_state("1001", "ready")
        await db.execute("UPDATE agent SET phone = $1 WHERE id = 1002", gone)
    await hotline.lab.register("1002")
