"""What dialplan people ask Python, and that every answer sets every variable."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from agi.handlers import (
    agent_code,
    customer_lookup,
    fallback_route,
    open_hours,
    say_value,
    ticket_status,
)
from ari_app.domain.errors import NotFound, Unavailable
from ari_app.domain.hours import CalendarDay, DayKind, Standing
from ari_app.domain.route import Customer
from tests.fakes.agi_peer import FakeAsterisk, session

CUSTOMER = Customer(UUID("6f1c1c1e-0000-4000-8000-000000000001"), "vip", "en")
CALL = {"CC_CALLER": "13800138000", "CC_DIALLED": "95001", "CC_LANGUAGE": "zh"}
LEFT = {"CC_RESULT": "of before", "CC_WORDS": "hotline/of-before"}
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 8, 3, 20, tzinfo=SHANGHAI)
TOMORROW = datetime(2026, 8, 4, 9, tzinfo=SHANGHAI)


class Oracle:
    """Answers every question the same: a value, an error, or never (None is never)."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[object, ...]] = []

    async def _tell(self, *what: object) -> Any:
        self.asked.append(what)
        if isinstance(self.answer, Exception):
            raise self.answer
        while self.answer is None:
            await asyncio.Event().wait()
        return self.answer

    async def of_number(self, *, dialled: str, caller: str) -> Any:
        found = await self._tell(dialled, caller)
        return None if found == "nobody" else found

    async def status(self, serial: str) -> Any:
        return await self._tell(serial)

    async def standing(self, schedule: str) -> Any:
        return await self._tell(schedule), NOW

    async def with_number(self, number: int) -> Any:
        return await self._tell(number)

    async def for_queue(self, queue: str, language: str) -> Any:
        return await self._tell(queue, language)


async def after(script: Any, oracle: Any, *arguments: str, **variables: str) -> Mapping[str, str]:
    """The variables that differ from those before, and CC_RESULT."""
    before = CALL | LEFT | variables
    asterisk = FakeAsterisk(before | {})
    agi = session(asterisk, "script", *arguments)
    await script.handle(agi, *([oracle] if oracle else []))
    return {
        name: value
        for name, value in asterisk.variables.items()
        if name == "CC_RESULT" or before.get(name) != value
    }


async def test_a_caller_is_looked_up_by_the_number_that_calls() -> None:
    oracle = Oracle(CUSTOMER)

    assert await after(customer_lookup, oracle) == {
        "CC_RESULT": "found",
        "CC_CUSTOMER": str(CUSTOMER.id),
        "CC_TIER": "vip",
        "CC_LANGUAGE": "en",
    }
    assert oracle.asked == [("95001", "13800138000")]


async def test_another_number_can_be_looked_up_too() -> None:
    oracle = Oracle(CUSTOMER)

    await after(customer_lookup, oracle, "02112345678")

    assert oracle.asked == [("95001", "02112345678")]


@pytest.mark.parametrize(
    ("answer", "result"),
    [("nobody", "unknown"), (Unavailable("away"), "unavailable"), (None, "unavailable")],
)
async def test_who_is_not_found_is_nobody_in_particular(answer: Any, result: str) -> None:
    found = await after(customer_lookup, Oracle(answer), CC_TIER="vip", CC_CUSTOMER="x")

    assert found == {"CC_RESULT": result, "CC_CUSTOMER": "", "CC_TIER": "normal"}


@pytest.mark.parametrize("number", ["<b>", "1" * 40, "13800138000x", "anonymous"])
async def test_what_is_no_number_is_not_looked_up(number: str) -> None:
    oracle = Oracle(CUSTOMER)

    assert (await after(customer_lookup, oracle, number))["CC_RESULT"] == "wrong"
    assert oracle.asked == []


async def test_a_site_without_work_orders_says_that_it_has_none() -> None:
    assert await after(
        ticket_status,
        ticket_status.NoTickets(),
        "TS20260105-0042",
    ) == {"CC_RESULT": "no_such_system", "CC_STATUS": ""}


async def test_the_status_of_a_work_order_is_told_by_a_system_that_has_it() -> None:
    oracle = Oracle(ticket_status.TicketStatus.WAITING)

    found = await after(ticket_status, oracle, "ts20260105-0042")

    assert found == {"CC_RESULT": "found", "CC_STATUS": "waiting"}
    assert oracle.asked == [("TS20260105-0042",)]
    assert (await after(ticket_status, Oracle(NotFound("ticket", "x")), "x"))["CC_RESULT"] == (
        "unknown"
    )
    assert (await after(ticket_status, oracle, "'; DROP"))["CC_RESULT"] == "wrong"


async def test_closed_hours_come_with_the_words_for_when_they_end() -> None:
    holiday = Standing(False, CalendarDay(DayKind.HOLIDAY), TOMORROW)

    assert await after(open_hours, Oracle(holiday)) == {
        "CC_RESULT": "found",
        "CC_OPEN": "holiday",
        "CC_WORDS": "&".join(
            f"hotline/{word}"
            for word in ("we-open-again", "tomorrow", "morning", "nine", "o-clock", "exactly")
        ),
    }


@pytest.mark.parametrize(
    ("schedule", "answer", "result"),
    [
        ("hotline", Standing(True), "found"),
        ("hotline", NotFound("schedule", "hotline"), "unknown"),
        ("hotline", Unavailable("away"), "unavailable"),
        ("hotline", None, "unavailable"),
        ("Hot;line", Standing(False), "wrong"),
    ],
)
async def test_without_an_answer_whoever_calls_is_served(
    schedule: str, answer: Any, result: str
) -> None:
    found = await after(open_hours, Oracle(answer), schedule)

    assert found == {"CC_RESULT": result, "CC_OPEN": "open", "CC_WORDS": ""}


async def test_an_agents_number_is_looked_up_and_read_back() -> None:
    oracle = Oracle(1001)

    assert await after(agent_code, oracle, "1001", CC_LANGUAGE="en") == {
        "CC_RESULT": "found",
        "CC_AGENT": "1001",
        "CC_WORDS": "hotline/one&hotline/zero&hotline/zero&hotline/one",
    }
    assert oracle.asked == [(1001,)]


@pytest.mark.parametrize(
    ("code", "answer", "result"),
    [
        ("9999", NotFound("agent", "9999"), "unknown"),
        ("", 1001, "wrong"),
        ("1234567", 1001, "wrong"),
        ("१००१", 1001, "wrong"),
    ],
)
async def test_a_number_that_nobody_has_sets_no_agent(code: str, answer: Any, result: str) -> None:
    found = await after(agent_code, Oracle(answer), code, CC_AGENT="1002")

    assert (found["CC_RESULT"], found["CC_AGENT"]) == (result, "")


@pytest.mark.parametrize(
    ("kind", "value", "language", "words"),
    [
        ("number", "202", "", "two-of hundred zero two"),
        ("number", "-1.5", "en", "minus one point five"),
        ("money", "12.50", "", "ten two yuan five jiao"),
        ("date", "2026-10-01", "en", "october first twenty twenty six"),
        ("time", "15:30", "", "afternoon three o-clock half"),
        ("digits", "10", "", "one-in-number zero"),
        ("duration", "90", "en", "two minutes"),
    ],
)
async def test_values_become_prompts(kind: str, value: str, language: str, words: str) -> None:
    found = await after(say_value, None, kind, value, *([language] if language else []))

    assert found["CC_RESULT"] == "found"
    assert found["CC_WORDS"] == "&".join(f"hotline/{word}" for word in words.split())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("", ""), ("moon", "1"), ("number", "1e9"), ("number", "NaN"), ("money", "many"),
        ("date", "2026-13-01"), ("time", "25:00"), ("digits", "12a"), ("digits", "1" * 41),
        ("serial", "---"), ("number", "٣"),
    ],
)  # fmt: skip
async def test_what_cannot_be_said_is_said_to_be_wrong(kind: str, value: str) -> None:
    assert await after(say_value, None, kind, value) == {"CC_RESULT": "wrong", "CC_WORDS": ""}


async def test_free_phones_can_be_dialled_as_they_are() -> None:
    oracle = Oracle(["p1001-aa", "p1002;evil", "p1003-bb"])

    found = await after(fallback_route, oracle, "orders")

    assert found == {"CC_RESULT": "found", "CC_PHONES": "PJSIP/p1001-aa&PJSIP/p1003-bb"}
    assert oracle.asked == [("orders", "zh")]


@pytest.mark.parametrize(
    ("queue", "answer", "result"),
    [
        ("orders", [], "unknown"),
        ("orders", NotFound("queue", "orders"), "unknown"),
        ("", Unavailable("away"), "unavailable"),
        ("a b", ["p1001-aa"], "wrong"),
    ],
)
async def test_without_a_free_phone_none_is_named(
    queue: str, answer: Sequence[str] | Exception, result: str
) -> None:
    found = await after(fallback_route, Oracle(answer), queue, CC_PHONES="PJSIP/of-before")

    assert found == {"CC_RESULT": result, "CC_PHONES": ""}
