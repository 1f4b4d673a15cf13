"""Callers who come when it is closed hear why, and when it opens again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ari_app.domain.flow import Hours
from ari_app.domain.hours import CalendarDay, DayKind, Standing
from ari_app.flows.hours import look_at_hours
from tests.fakes.calls import active_call
from tests.fakes.clock import NOON
from tests.fakes.telephony import FakeLeg

SHANGHAI = ZoneInfo("Asia/Shanghai")
NODE = Hours(schedule="hotline", open="menu", closed="after-hours", holiday="on-holiday")
TOMORROW_AT_NINE = datetime(2026, 8, 4, 9, tzinfo=SHANGHAI)  # it is Monday evening there


class Known:
    def __init__(self, standing: Standing) -> None:
        self.its = standing
        self.asked: list[str] = []

    def standing(self, schedule: str) -> Standing:
        self.asked.append(schedule)
        return self.its


async def heard(standing: Standing, node: Hours = NODE, language: str = "zh") -> list[str]:
    """The exit, then what was heard, without the language."""
    leg = FakeLeg()
    call = active_call(leg, language=language)
    call.hours = Known(standing)
    exit = await look_at_hours(call, node)
    return [exit, *(prompt.partition("/")[2] for prompt in leg.heard)]


async def test_nothing_is_said_while_it_is_open() -> None:
    assert await heard(Standing(True, opens_at=None)) == ["open"]


async def test_closed_callers_hear_when_it_opens_in_their_language() -> None:
    closed = Standing(False, opens_at=TOMORROW_AT_NINE)

    assert await heard(closed) == [
        "closed", "closed-hours", "we-open-again",
        "tomorrow", "morning", "nine", "o-clock", "exactly",
    ]  # fmt: skip
    assert await heard(closed, language="en") == [
        "closed", "closed-hours", "we-open-again", "tomorrow", "at", "nine", "a-m",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "exit", "prompt"),
    [
        (DayKind.HOLIDAY, "holiday", "closed-for-the-holiday"),
        (DayKind.SPECIAL, "special", "closed-today"),
        (DayKind.WORKDAY, "closed", "closed-hours"),
    ],
)
async def test_the_reason_is_said_and_is_the_exit(kind: DayKind, exit: str, prompt: str) -> None:
    closed = Standing(False, CalendarDay(kind))  # and nobody knows until when

    assert await heard(closed) == [exit, prompt]


async def test_an_exit_that_is_not_set_is_that_of_closed() -> None:
    assert NODE.exits() == {
        "open": "menu",
        "closed": "after-hours",
        "holiday": "on-holiday",
        "special": "after-hours",
    }


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=1), ["today", "at", "nine", "p-m"]),
        (timedelta(days=2), ["wednesday", "at", "eight", "p-m"]),
        (timedelta(days=66), ["october", "eighth", "at", "eight", "p-m"]),
        (
            timedelta(days=153),
            ["january", "third", "twenty", "twenty", "seven", "at", "eight", "p-m"],
        ),
    ],
)
async def test_the_day_is_said_as_people_say_it(ahead: timedelta, words: list[str]) -> None:
    opens = (NOON + ahead).astimezone(SHANGHAI)

    said = await heard(Standing(False, opens_at=opens), language="en")

    assert said[3:] == words


async def test_when_it_opens_can_be_left_unsaid() -> None:
    quiet = Hours(schedule="hotline", open="menu", closed="after-hours", says_when=False)

    assert await heard(Standing(False, opens_at=TOMORROW_AT_NINE), quiet) == [
        "closed", "closed-hours",
    ]  # fmt: skip
