"""Numbers outside on real calls: callbacks that are dialled, retried, and never dialled twice."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from ari_app.lab.lab import EXTENSIONS, LOAD_TRUNK, Lab, open_folder, soon, until
from ari_app.lab.party import Party
from ari_app.site.layout import Site
from tests.faults.engines import arm, until_dead
from tests.faults.verdict import complaints, judge
from tests.lab.hotline import CLOSE_ORDERS, OPEN_ORDERS, Hotline
from tests.lab.listening import recorded, spans
from tests.lab.nodes import FLOWS, OUTSIDE
from tests.lab.outside import OutsideNumber
from tests.lab.publisher import Publisher

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMER, AGENT, OTHER = 440, 620, 880
Owing = Callable[[Hotline, str], Awaitable[Party]]
CHOSEN = """
HOTLINE_OUTBOUND_ALLOW=+86138
HOTLINE_OUTBOUND_CALLER_IDS=95001
HOTLINE_OUTBOUND_RING_SECONDS=8
HOTLINE_CALLBACK_TRIES=2
HOTLINE_CALLBACK_RETRY_SECONDS=4
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lab() -> AsyncIterator[Lab]:
    """One that may dial."""
    with open_folder() as folder:
        site = Site.create(folder / "site", EXTENSIONS, (LOAD_TRUNK,))
        site.choices_file.write_text(CHOSEN, encoding="utf-8")
        async with Lab.open(folder / "site", lambda part: None) as lab:
            yield lab


async def book(hotline: Hotline, number: str) -> Party:
    """Somebody talks to 1001, so that who calls from this number waits, and books a callback."""
    first, _ = await hotline.in_talk("1001", agent=OTHER)
    caller = await hotline.arrive("11", caller=number)
    await hotline.book_callback(caller)
    await hotline.record_of(caller)
    return first


async def owe(hotline: Hotline, number: str) -> Party:
    """As `book`, without the talk it takes to book one: the row that comes of it, booked in the
    call of whoever talks, whose flow goes on after the callback."""
    first, _ = await hotline.in_talk("1001", agent=OTHER)
    async with hotline.lab.database() as db:
        await db.execute(
            """
            INSERT INTO callback (id, call_id, arrived_at, number, booked_at, due_at, place_since,
                                  language, queue_id)
            SELECT gen_random_uuid(), c.call_id, c.arrived_at, $1, now(), now(), now(), 'zh', q.id
              FROM call c
             CROSS JOIN queue q
             WHERE c.caller = $2
               AND q.name = 'orders'
            """,
            number,
            first.name,
        )
    return first


async def turn_of(hotline: Hotline, number: str, owed: Owing = owe) -> Party:
    """The phone of agent 1001, who takes the callback that is owed to this number."""
    first = await owed(hotline, number)
    agent = hotline.answering("1001", AGENT)
    await hotline.hang_up(first)
    return await soon(agent, 20, "agent 1001 takes the callback")


async def callback_of(hotline: Hotline, number: str) -> dict[str, Any]:
    return await hotline.row(
        "SELECT * FROM v_callback WHERE number = $1 ORDER BY booked_at DESC LIMIT 1", number
    )


async def attempts_of(hotline: Hotline, number: str) -> list[dict[str, Any]]:
    async with hotline.lab.database() as db:
        rows = await db.fetch(
            "SELECT * FROM v_attempt WHERE number = $1 ORDER BY made_at", f"+86{number}"
        )
    return [dict(row) for row in rows]


async def closed(hotline: Hotline, number: str, within: float = 20) -> dict[str, Any]:
    """The callback once it is neither due nor being dialled."""
    found: dict[str, Any] = {}

    async def is_closed() -> bool:
        found.update(await callback_of(hotline, number))
        return found["state"] not in {"due", "claimed"}

    await until(is_closed, within, f"callback of {number} closed")
    return found


async def test_a_callback_is_dialled_talked_and_recorded(hotline: Hotline) -> None:
    number = "13800000001"
    customer = OutsideNumber(hotline.world, number).answers(CUSTOMER, after=2)
    taking = await turn_of(hotline, number, book)
    await taking.until_heard("zh/callback-for-you", within=10)
    called = await customer.talking(within=15)
    await called.until_heard(f"tone {AGENT}", within=10)
    await taking.until_heard(f"tone {CUSTOMER}", within=10)
    assert (await hotline.states())["1001"] == "talking"
    await asyncio.sleep(2)
    await taking.hang_up()
    await called.until_heard("zh/survey-intro", within=10)
    await hotline.hang_up(called)

    owed = await closed(hotline, number)
    assert (owed["state"], owed["tries"], owed["reason"]) == ("done", 1, "talked")
    (attempt,) = await attempts_of(hotline, number)
    assert (attempt["outcome"], attempt["purpose"], attempt["shown"]) == (
        "answered",
        "callback",
        "95001",
    )
    record = await hotline.row("SELECT * FROM v_call WHERE call_id = $1", attempt["call_id"])
    assert (record["direction"], record["outcome"], record["agents"]) == (
        "outbound",
        "talked",
        [1001],
    )
    assert record["called_back_for"] == owed["call_id"]
    assert record["caller"] == number
    left, right, rate = await recorded(hotline, record["call_id"])
    assert spans(left, rate, CUSTOMER)
    assert spans(right, rate, AGENT)
    await hotline.until_state("1001", "ready")


async def test_a_customer_who_is_busy_is_called_again(hotline: Hotline) -> None:
    number = "13800000002"
    customer = OutsideNumber(hotline.world, number).is_busy()
    taking = await turn_of(hotline, number)
    await taking.until_heard("zh/callback-customer-busy", within=15)
    again = hotline.answering("1001", AGENT)
    customer.answers(CUSTOMER)
    await taking.until_gone(10)
    await soon(again, 20, "agent 1001 takes it again")
    called = await customer.talking(within=15)
    await called.until_heard(f"tone {AGENT}", within=10)
    await called.hang_up()

    owed = await closed(hotline, number)
    assert (owed["state"], owed["tries"]) == ("done", 2)
    busy, answered = await attempts_of(hotline, number)
    assert (busy["outcome"], busy["cause"], answered["outcome"]) == ("busy", 17, "answered")
    assert (answered["made_at"] - busy["ended_at"]).total_seconds() >= 4
    in_vain = await hotline.row("SELECT * FROM v_call WHERE call_id = $1", busy["call_id"])
    assert (in_vain["outcome"], in_vain["end_reason"]) == ("not_reached", "flow_ended")
    assert len(customer.rung) == 2


async def test_who_never_answers_is_given_up_after_the_last_try(hotline: Hotline) -> None:
    number = "13800000003"
    customer = OutsideNumber(hotline.world, number).is_out()
    agent = await turn_of(hotline, number)
    await agent.until_heard("zh/callback-no-answer", within=25)

    owed = await closed(hotline, number, within=45)

    assert (owed["state"], owed["reason"], owed["tries"]) == ("given_up", "no_answer", 2)
    assert [one["outcome"] for one in await attempts_of(hotline, number)] == ["no_answer"] * 2
    assert len(customer.rung) == 2


async def test_who_calls_meanwhile_keeps_the_place_and_is_not_called(hotline: Hotline) -> None:
    number = "13800000004"
    customer = OutsideNumber(hotline.world, number).answers(CUSTOMER)
    first = await owe(hotline, number)

    caller = await hotline.arrive("11", caller=number)
    await caller.until_heard("zh/welcome-back-keep-place", within=20)
    owed = await closed(hotline, number)
    assert (owed["state"], owed["tries"]) == ("cancelled", 0)
    agent = hotline.answering("1001", AGENT)
    await hotline.hang_up(first)
    await soon(agent, 20, "agent 1001 answers the caller")
    await caller.until_heard(f"tone {AGENT}", within=10)
    await hotline.hang_up(caller)

    assert not customer.rung


async def test_a_call_that_will_never_be_allowed_is_not_promised(hotline: Hotline) -> None:
    number = "15900000077"
    first, _ = await hotline.in_talk("1001", agent=OTHER)
    caller = await hotline.arrive("11", caller=number)
    await caller.until_heard("zh/press-for-a-callback", within=20)

    await caller.press("9")
    await caller.until_heard("zh/enter-callback-number", within=10)
    await caller.press("15900000078#")
    await caller.until_heard("zh/not-a-callback-number", within=15)
    await hotline.hang_up(caller, first)

    assert await callback_of(hotline, number) == {}


async def restart(hotline: Hotline) -> None:
    installation = hotline.lab.installation
    await asyncio.to_thread(installation.engine.kill)
    await installation.start_engine()


@pytest.mark.beside
async def test_an_engine_that_dies_while_it_rings_does_not_dial_twice(hotline: Hotline) -> None:
    number = "13800000005"
    customer = OutsideNumber(hotline.world, number).is_out()
    taking = await turn_of(hotline, number)

    async def rings() -> bool:
        return bool(customer.rung)

    await until(rings, 15, "the customer's phone")
    await restart(hotline)
    await customer.rung[0].until_gone(10)
    await taking.until_gone(10)
    again = hotline.answering("1001", AGENT)
    customer.answers(CUSTOMER)
    await soon(again, 30, "agent 1001 takes it again")
    called = await customer.talking(within=15)
    await called.until_heard(f"tone {AGENT}", within=10)
    await called.hang_up()

    assert (await closed(hotline, number))["state"] == "done"
    left_behind, answered = await attempts_of(hotline, number)
    assert (left_behind["outcome"], left_behind["reason"]) == ("cancelled", "engine_restart")
    assert answered["outcome"] == "answered"
    assert len(customer.rung) == 2
    record = await hotline.row(
        "SELECT outcome, ended_at FROM v_call WHERE call_id = $1", left_behind["call_id"]
    )
    assert record["outcome"] == "not_reached"


@pytest.mark.beside
async def test_a_talk_with_a_customer_survives_the_engine(hotline: Hotline) -> None:
    number = "13800000006"
    customer = OutsideNumber(hotline.world, number).answers(CUSTOMER)
    taking = await turn_of(hotline, number)
    called = await customer.talking(within=15)
    await called.until_heard(f"tone {AGENT}", within=10)

    await restart(hotline)
    before = called.ear.seconds(f"tone {AGENT}"), taking.ear.seconds(f"tone {CUSTOMER}")
    await asyncio.sleep(2)

    assert called.ear.seconds(f"tone {AGENT}") > before[0] + 1
    assert taking.ear.seconds(f"tone {CUSTOMER}") > before[1] + 1
    await taking.hang_up()
    await called.until_heard("zh/survey-intro", within=10)
    await hotline.hang_up(called)
    (attempt,) = await attempts_of(hotline, number)
    assert attempt["outcome"] == "answered"
    assert (await closed(hotline, number))["state"] == "done"
    found: dict[str, Any] = {}

    async def is_over() -> bool:
        sql = "SELECT outcome, ended_at FROM v_call WHERE call_id = $1"
        found.update(await hotline.row(sql, attempt["call_id"]))
        return found["ended_at"] is not None

    await until(is_over, 15, "the customer's call is closed")
    assert found["outcome"] == "talked"
    assert len(customer.rung) == 1


def to_number(number: str) -> str:
    rule = f'[{{"by": "wait", "over": 2, "to": {{"kind": "number", "name": "{number}"}}}}]'
    return f"UPDATE queue SET overflow = '{rule}' WHERE name = 'orders'"


BACK = "UPDATE queue SET overflow = '[]'"


async def test_an_overflow_connects_with_a_number_in_one_record(hotline: Hotline) -> None:
    number = "13800000008"
    outside = OutsideNumber(hotline.world, number).answers(OTHER, after=3)
    first, _ = await hotline.in_talk("1001")

    async with hotline.changed(to_number(number), BACK):
        caller = await hotline.arrive("11")
        caller.talk(CUSTOMER)
        called = await outside.talking(within=40)
        await caller.until_heard(f"tone {OTHER}", within=10)
        await called.until_heard(f"tone {CUSTOMER}", within=10)
        assert caller.ear.seconds("music") > 1
        await asyncio.sleep(2)
        await called.hang_up()
        await caller.until_heard("zh/survey-intro", "zh/goodbye", within=10)
        await hotline.hang_up(caller)
    await hotline.hang_up(first)

    record = await hotline.record_of(caller)
    assert (record["outcome"], record["direction"]) == ("transferred_out", "inbound")
    (attempt,) = await attempts_of(hotline, number)
    assert (attempt["call_id"], attempt["purpose"], attempt["outcome"]) == (
        record["call_id"],
        "overflow",
        "answered",
    )
    assert attempt["talk_seconds"] > 1.5
    left, right, rate = await recorded(hotline, record["call_id"])
    assert spans(right, rate, OTHER)
    assert spans(left, rate, CUSTOMER)[-1][1] > spans(right, rate, OTHER)[0][0]


async def test_who_waits_at_closing_time_is_connected_with_a_number(hotline: Hotline) -> None:
    number = "13800000025"
    outside = OutsideNumber(hotline.world, number).answers(OTHER)
    first, _ = await hotline.in_talk("1001")
    to = f'{{"kind": "number", "name": "{number}"}}'

    async with hotline.changed(
        f"UPDATE queue SET closing_to = '{to}' WHERE name = 'orders'",
        "UPDATE queue SET closing_to = NULL",
    ):
        caller = await hotline.arrive("11")
        await caller.until_heard("zh/all-agents-busy", within=20)
        assert not outside.rung
        async with hotline.changed(CLOSE_ORDERS, OPEN_ORDERS):
            called = await outside.talking(within=30)
            await caller.until_heard(f"tone {OTHER}", within=10)
    await hotline.hang_up(caller, first)
    await called.until_gone(10)

    record = await hotline.record_of(caller)
    assert record["outcome"] == "transferred_out"
    visit = await hotline.row(
        "SELECT result, how FROM queue_visit WHERE call_id = $1", record["call_id"]
    )
    assert visit == {"result": "flowed_out", "how": "closing_time"}


async def test_a_flow_connects_with_a_number_outside_or_says_that_it_is_busy(
    hotline: Hotline,
) -> None:
    publisher = Publisher(hotline)
    before = await publisher.files()
    outside = OutsideNumber(hotline.world, OUTSIDE).is_busy()
    async with hotline.changed(
        "INSERT INTO route (pattern, flow) VALUES ('95094', 'lab-nodes')",
        "DELETE FROM route WHERE pattern = '95094'",
    ):
        await publisher.publish({**before, **FLOWS})
        refused = await hotline.arrive(number="95094")
        await refused.until_heard("zh/leave-message-after-tone", within=30)  # nobody in the line
        outside.answers(OTHER)
        caller = await hotline.arrive(number="95094")
        caller.talk(CUSTOMER)
        called = await outside.talking(within=20)
        await called.until_heard(f"tone {CUSTOMER}", within=10)
        await called.hang_up()
        await caller.until_heard("zh/after-hours-menu", within=20)
        await hotline.hang_up(refused, caller)
    await publisher.publish(before)

    assert (await hotline.record_of(caller))["outcome"] == "transferred_out"
    busy, answered = await attempts_of(hotline, OUTSIDE)
    assert (busy["outcome"], busy["purpose"]) == ("busy", "transfer")
    assert answered["outcome"] == "answered"


@pytest.mark.parametrize("number", ["13800000009", "15900000088"])
async def test_a_number_that_nobody_answers_or_may_dial_ends_in_a_message(
    hotline: Hotline, number: str
) -> None:
    OutsideNumber(hotline.world, number).is_busy()
    first, _ = await hotline.in_talk("1001")

    async with hotline.changed(to_number(number), BACK):
        caller = await hotline.arrive("11")
        await caller.until_heard("zh/leave-message-after-tone", within=40)
    await hotline.hang_up(caller, first)

    (attempt,) = await attempts_of(hotline, number)
    assert attempt["outcome"] == ("busy" if number.startswith("138") else "refused")


@pytest.mark.beside
async def test_a_talk_with_a_number_outside_survives_the_engine(hotline: Hotline) -> None:
    number = "13800000010"
    outside = OutsideNumber(hotline.world, number).answers(OTHER)
    first, _ = await hotline.in_talk("1001")

    async with hotline.changed(to_number(number), BACK):
        caller = await hotline.arrive("11")
        caller.talk(CUSTOMER)
        called = await outside.talking(within=40)
        await caller.until_heard(f"tone {OTHER}", within=10)
    await restart(hotline)
    before = caller.ear.seconds(f"tone {OTHER}")
    await asyncio.sleep(2)

    assert caller.ear.seconds(f"tone {OTHER}") > before + 1
    await hotline.hang_up(caller)
    await called.until_gone(10)
    await hotline.hang_up(first)
    record = await hotline.record_of(caller)
    assert record["outcome"] == "transferred_out"
    assert len(outside.rung) == 1


async def test_an_agent_sends_a_caller_to_a_number_outside(hotline: Hotline) -> None:
    number = "13800000012"
    outside = OutsideNumber(hotline.world, number).answers(OTHER, after=2)
    caller, agent = await hotline.in_talk("1001", caller=CUSTOMER, agent=AGENT)

    await agent.refer(number)

    await agent.until_gone(10)
    called = await outside.talking(within=15)
    await caller.until_heard(f"tone {OTHER}", within=10)
    await called.until_heard(f"tone {CUSTOMER}", within=10)
    await hotline.until_state("1001", "wrap_up", "ready")
    await asyncio.sleep(1)
    await hotline.hang_up(caller)
    await called.until_gone(10)
    record = await hotline.record_of(caller)
    assert (record["outcome"], record["agents"]) == ("transferred_out", [1001])
    (attempt,) = await attempts_of(hotline, number)
    assert (attempt["purpose"], attempt["outcome"]) == ("transfer", "answered")
    _, right, rate = await recorded(hotline, record["call_id"])
    assert spans(right, rate, AGENT)
    assert spans(right, rate, OTHER)


async def test_a_number_that_may_not_be_dialled_leaves_caller_and_agent_together(
    hotline: Hotline,
) -> None:
    outside = OutsideNumber(hotline.world, "15900000099").answers(OTHER)
    caller, agent = await hotline.in_talk("1001", caller=CUSTOMER, agent=AGENT)

    await agent.refer("15900000099")
    await asyncio.sleep(2)

    assert not agent.gone.is_set()
    assert (await hotline.states())["1001"] == "talking"
    await hotline.hang_up(caller)
    assert not outside.rung


async def test_operators_see_and_cancel_what_is_owed(hotline: Hotline) -> None:
    number = "13800000011"
    customer = OutsideNumber(hotline.world, number).answers(CUSTOMER)
    first = await owe(hotline, number)

    (listed,) = [one for one in await command(hotline, "list") if one["number"] == number]
    assert (listed["state"], listed["queue"], listed["tries"]) == ("due", "orders", 0)
    taken_back = await command(hotline, "cancel", number, "--why", "came in person")
    assert taken_back["state"] == "cancelled"
    again = await command(hotline, "cancel", number, "--why", "came in person")
    assert number in again["error"]
    await hotline.hang_up(first)
    await hotline.until_state("1001", "ready")
    await asyncio.sleep(2)

    assert not customer.rung
    assert (await closed(hotline, number))["reason"] == "came in person"


async def command(hotline: Hotline, *words: str) -> Any:
    """What `hotline callbacks ...` prints."""
    site = str(hotline.lab.site.folder)
    line = (sys.executable, "-m", "ari_app.cli", "--site", site, "--json", "callbacks", *words)
    process = await asyncio.create_subprocess_exec(*line, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    return msgspec.json.decode(told)


@pytest.mark.beside
@pytest.mark.parametrize(
    ("point", "outcome", "rings"),
    [
        ("outbound.committed", ("failed", "not_dialled"), 1),
        ("outbound.answered", ("answered", "engine_restart"), 2),
    ],
)
async def test_an_engine_that_dies_beside_the_dialling_loses_and_doubles_nothing(
    hotline: Hotline, point: str, outcome: tuple[str, str], rings: int
) -> None:
    number = f"138000000{20 + rings}"
    customer = OutsideNumber(hotline.world, number).answers(CUSTOMER)
    first = await owe(hotline, number)
    go = await arm(hotline.lab, point)
    go.touch()
    hotline.answering("1001", AGENT)
    await hotline.hang_up(first)
    await until_dead(hotline.lab, point)
    await hotline.lab.installation.start_engine()
    if rings > 1:
        await (await customer.talking(within=15)).until_gone(15)
    called = await customer.talking(within=40)
    await called.until_heard(f"tone {AGENT}", within=15)
    await called.hang_up()

    assert (await closed(hotline, number))["state"] == "done"
    left_behind, answered = await attempts_of(hotline, number)
    assert (left_behind["outcome"], left_behind["reason"]) == outcome
    assert answered["outcome"] == "answered"
    assert len(customer.rung) == rings


@pytest.mark.beside
async def test_an_engine_that_dies_when_a_number_answers_brings_the_caller_back(
    hotline: Hotline,
) -> None:
    number = "13800000023"
    outside = OutsideNumber(hotline.world, number).answers(OTHER)
    go = await arm(hotline.lab, "outside.placed")
    caller, agent = await hotline.in_talk("1001", caller=CUSTOMER, agent=AGENT)
    go.touch()
    await agent.refer(number)
    called = await outside.talking(within=20)
    await until_dead(hotline.lab, "outside.placed")
    back = hotline.answering("1001", OTHER)
    await hotline.lab.installation.start_engine()
    await called.until_gone(15)
    await soon(back, 40, "agent 1001 has the caller back")
    await caller.until_heard(f"tone {OTHER}", within=15)
    await hotline.hang_up(caller)

    (attempt,) = await attempts_of(hotline, number)
    assert (attempt["outcome"], attempt["reason"]) == ("answered", "engine_restart")
    assert len(outside.rung) == 1
    record = await hotline.record_of(caller)
    assert (record["outcome"], set(record["agents"])) == ("talked", {1001})


@pytest.mark.beside
async def test_nobody_is_dialled_while_the_record_is_away(hotline: Hotline) -> None:
    number = "13800000026"
    customer = OutsideNumber(hotline.world, number).answers(CUSTOMER)
    first = await owe(hotline, number)
    taking = hotline.answering("1001", AGENT)
    installation = hotline.lab.installation
    await installation.postgres.stop()
    await hotline.hang_up(first)
    await hotline.until_state("1001", "ready")
    await asyncio.sleep(3)
    assert not taking.done()
    assert not customer.rung

    await installation.start_postgres()
    await soon(taking, 40, "agent 1001 takes the callback")
    called = await customer.talking(within=20)
    await called.until_heard(f"tone {AGENT}", within=15)
    await called.hang_up()
    assert (await closed(hotline, number))["state"] == "done"
    assert len(customer.rung) == 1


async def test_the_audit_finds_nothing_wrong_with_what_was_dialled(hotline: Hotline) -> None:
    """Of the whole life of this site, in which engines died."""
    await judge(hotline.lab, [], datetime.now(UTC) - timedelta(hours=1), within=60)

    assert list(complaints(hotline.lab.installation.engine.log_file)) == []
