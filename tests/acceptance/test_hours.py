"""When it is open, what is different for a time, and what is taken down, for real callers."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from ari_app.domain.storm import StormProfile
from ari_app.lab.lab import until
from ari_app.store import storms
from tests.acceptance.test_command_line import typed
from tests.lab.hotline import Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")

CLOSED = """
    INSERT INTO schedule_hours
    SELECT 'hotline', 1 + extract(isodow FROM now() + interval '1 day')::integer % 7,
           '08:00', '08:01'
"""
ORDERS_BY_VOICE = "INSERT INTO route (pattern, flow) VALUES ('95003', 'spoken-order')"
SURVEY_ONLY = "INSERT INTO route (pattern, flow) VALUES ('95004', 'survey')"
# What each sets, joined by a stroke.
SCRIPTS = {
    "open_hours": ("CC_RESULT CC_OPEN", "found/open"),
    "agent_code,1001": ("CC_RESULT CC_AGENT", "found/1001"),
    "say_value,time,15:30": (
        "CC_RESULT CC_WORDS",
        "found/hotline/afternoon&hotline/three&hotline/o-clock&hotline/half",
    ),
    "customer_lookup,13900000001": ("CC_RESULT CC_TIER", "found/vip"),
    "ticket_status,TS1": ("CC_RESULT CC_STATUS", "no_such_system/"),
    "fallback_route,orders": ("CC_RESULT CC_PHONES", "unknown/"),
}


async def test_after_hours_callers_hear_when_it_opens_and_may_leave_a_message(
    hotline: Hotline,
) -> None:
    async with hotline.changed(CLOSED, "DELETE FROM schedule_hours"):
        caller = await hotline.arrive("1")
        await caller.until_heard("zh/closed-hours", within=10)
        await caller.until_heard("zh/we-open-again", within=10)
        await caller.press("1")
        await caller.until_heard("zh/leave-message-after-tone", within=20)
    await hotline.hang_up(caller)


@asynccontextmanager
async def storm(hotline: Hotline, profile: StormProfile, seconds: float) -> AsyncIterator[None]:
    """Seconds from now, by PostgreSQL's clock."""
    async with hotline.lab.database() as db:
        until = await db.fetchval("SELECT now() + make_interval(secs => $1)", seconds)
        await storms.begin(db, "test", profile, "tester", "wind", until)
    try:
        yield
    finally:
        async with hotline.lab.database() as db:
            await db.execute("DELETE FROM storm")


async def test_a_storm_is_heard_by_the_next_caller_and_ends_by_itself(hotline: Hotline) -> None:
    profile = StormProfile(announcement=("many-callers-now",), hours={"hotline": ""})

    async with storm(hotline, profile, 12):
        health = hotline.lab.installation.health

        async def is_on() -> bool:
            return bool((await health())["storm"])

        await until(is_on, 5, "the engine knows of the storm")
        first = await hotline.world.dial("95001", caller="15900000061")
        await first.until_heard("zh/many-callers-now", within=5)
        await hotline.hang_up(first)

        async def is_off() -> bool:
            return not (await health())["storm"]

        await until(is_off, 15, "the storm is over")
        second = await hotline.world.dial("95001", caller="15900000062")
        await second.until_heard("zh/welcome", within=5)
        await hotline.hang_up(second)

    assert all("many-callers-now" not in str(one) for one in second.ear.heard)


async def test_what_an_operator_types_is_heard_by_the_next_caller(hotline: Hotline) -> None:
    folder = hotline.lab.site.folder
    status, begun = await typed(
        folder, "storm", "on", "--profile", "typhoon", "--for", "4h", "--why", "the test"
    )
    assert (status, begun["profile"]) == (0, "typhoon")
    caller = await hotline.world.dial("95001", caller="15900000065")
    await caller.until_heard("zh/many-callers-now", within=10)
    await hotline.hang_up(caller)

    status, twice = await typed(
        folder, "storm", "on", "--profile", "typhoon", "--for", "4h", "--why", "again"
    )
    assert (status, twice["next"]) == (1, "`hotline storm off` first")
    assert (await typed(folder, "status"))[1]["storm"]["profile"] == "typhoon"
    assert (await typed(folder, "storm", "off", "--why", "over"))[0] == 0
    assert [one["state"] for one in (await typed(folder, "storm"))[1]] == ["off"]
    async with hotline.lab.database() as db:
        await db.execute("DELETE FROM storm")


async def test_days_of_our_own_are_added_listed_and_removed(hotline: Hotline) -> None:
    folder, day = hotline.lab.site.folder, "2099-12-31"
    hours = ("--hours", "09:00-12:00", "--for", "orders", "--zh", "年末", "--en", "Year's end")

    assert (await typed(folder, "calendar", "add", day, *hours))[0] == 0
    listed = (await typed(folder, "calendar"))[1]
    assert [(one["hours"], one["name_zh"]) for one in listed if one["day"] == day] == [
        ("09:00-12:00", "年末")
    ]
    assert {"holiday"} <= {one["kind"] for one in listed}  # those came by themselves
    removed = await typed(folder, "calendar", "remove", day, "--for", "orders")
    assert removed == (0, {"day": day, "applies_to": "orders", "became": "removed"})
    assert (await typed(folder, "calendar", "remove", day))[0] == 1


async def test_a_spoken_order_is_kept_part_by_part_with_hashes(hotline: Hotline) -> None:
    async with hotline.changed(ORDERS_BY_VOICE, "DELETE FROM route WHERE pattern = '95003'"):
        caller = await hotline.world.dial("95003", caller="15900000063")
        for prompt in ("record-your-name", "record-your-order"):
            await caller.until_heard(f"zh/{prompt}", within=15)
            caller.talk(440)
            await asyncio.sleep(4)
            await caller.press("#")
            await caller.until_heard("zh/keep-or-again", within=15)
            await caller.press("1")
        await caller.until_heard("zh/record-saved", within=10)
        await caller.until_gone(15)

    record = await hotline.record_of(caller)
    found = "SELECT * FROM v_spoken_record WHERE call_id = $1 AND not_heard = 0"

    async def is_indexed() -> bool:
        return bool(await hotline.row(found, record["call_id"]))

    await until(is_indexed, 20, "the parts are indexed")
    row = await hotline.row(found, record["call_id"])
    assert (row["record"], row["parts"]) == ("order", ["who", "what"])
    assert all(len(one) == 64 for one in row["sha256s"])
    assert record["outcome"] == "left_message"


async def test_a_survey_is_answered_by_keys(hotline: Hotline) -> None:
    async with hotline.changed(SURVEY_ONLY, "DELETE FROM route WHERE pattern = '95004'"):
        caller = await hotline.world.dial("95004", caller="15900000064")
        for dimension, key in (("timeliness", "5"), ("accuracy", "4"), ("professionalism", "3")):
            await caller.until_heard(f"zh/survey-{dimension}", within=15)
            await caller.press(key)
        await caller.until_heard("zh/survey-thanks", within=10)
        await caller.until_gone(15)

    record = await hotline.record_of(caller)
    row = await hotline.row(
        "SELECT array_agg(score ORDER BY answered_at) AS scores FROM survey_answer"
        " WHERE call_id = $1",
        record["call_id"],
    )
    assert row["scores"] == [5, 4, 3]


def asking_dialplan() -> str:
    """An extension per script, as a site writes it: ask, then keep what was answered."""
    lines = ["[site-test]", "exten = wait,1,Wait(2)"]
    for number, (script, (read, _)) in enumerate(SCRIPTS.items(), start=1):
        values = "/".join(f"${{{name}}}" for name in read.split())
        lines += [
            f"exten = 70{number},1,AGI(agi://${{AGI_ADDRESS}}/{script})",
            f" same = n,Set(GLOBAL(SITE_{number})={values})",
            " same = n,Hangup()",
        ]
    return "\n".join([*lines, ""])


@asynccontextmanager
async def dialplan(hotline: Hotline, text: str) -> AsyncIterator[None]:
    """Beside the site's own, for as long."""
    asterisk = hotline.lab.installation.asterisk
    path = asterisk.etc / "dialplan" / "zz-test.conf"
    path.write_text(text)
    await asyncio.to_thread(asterisk.console, "dialplan reload")
    try:
        yield
    finally:
        path.unlink()
        await asyncio.to_thread(asterisk.console, "dialplan reload")


async def test_dialplan_of_a_site_asks_python_through_a_real_asterisk(hotline: Hotline) -> None:
    async with dialplan(hotline, asking_dialplan()):
        said = await answers(hotline)

    assert said == {f"SITE_{n}": want for n, (_, want) in enumerate(SCRIPTS.values(), start=1)}


async def answers(hotline: Hotline) -> dict[str, str]:
    """Dials every extension; what they kept, once all have."""
    site, console = hotline.lab.site, hotline.lab.installation.asterisk.console
    login = b64encode(f"hotline:{site.secrets.ari}".encode()).decode()
    async with aiohttp.ClientSession(headers={"Authorization": f"Basic {login}"}) as session:
        for number in range(1, len(SCRIPTS) + 1):
            local = {
                "endpoint": f"Local/70{number}@site-test",
                "context": "site-test",
                "extension": "wait",
                "priority": "1",
            }
            async with session.post(f"{site.ari_url}/ari/channels", params=local) as answer:
                assert answer.status == 200, await answer.text()

    async def all_said() -> bool:
        shown = await asyncio.to_thread(console, "dialplan show globals")
        return all(f"SITE_{number}=" in shown for number in range(1, len(SCRIPTS) + 1))

    await until(all_said, 10, "every script has answered")
    shown = console("dialplan show globals")
    return dict(line.strip().split("=", 1) for line in shown.splitlines() if "SITE_" in line)
