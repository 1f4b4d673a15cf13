"""What may be dialled, what is written of it, and that nothing is dialled that is not written."""

import asyncio
from datetime import UTC, timedelta

import pytest

from ari_app.domain.attempt import AttemptOutcome, Purpose
from ari_app.domain.errors import NotReached
from ari_app.domain.facts import Fact, LegAnswered, LegEnded, LegRole, LegStarted
from ari_app.domain.outbound import OutboundRules, PrefixRule
from ari_app.domain.outbound_facts import AttemptEnded, AttemptMade
from ari_app.flows.outside_line import Outside, OutsideWish
from ari_app.workers.outbound.gate import COMMIT_SECONDS, OutboundGate
from tests.fakes.attempts import FakeAttempts
from tests.fakes.calls import some_facts
from tests.fakes.clock import LoopClock
from tests.fakes.journal import FakeJournal
from tests.fakes.telephony import (
    BUSY,
    Exchange,
    FakeLeg,
    FakeRoom,
    Phone,
    answers,
    asterisk_is_away,
    is_not_registered,
    never_answers,
)

A = AttemptOutcome
NUMBER, ENDPOINT = "13800138000", "PJSIP/13800138000@carrier"
RULES = OutboundRules(
    is_on=True,
    prefixes=(PrefixRule("+861", True),),
    trunk="carrier",
    caller_ids=("95001", "95002"),
    most_at_once=2,
    most_an_hour=10,
    most_a_day_to_one=3,
)


class Way:
    """A gate, and a world in which one number is there."""

    def __init__(self, phone: Phone = answers(), rules: OutboundRules = RULES) -> None:  # noqa: B008
        self.journal = FakeJournal()
        self.book = FakeAttempts(self.journal)
        self.exchange = Exchange(phones={ENDPOINT: phone})
        self.clock = LoopClock()
        self.gate = OutboundGate(rules, self.book, self.journal, self.clock, UTC)

    async def dial(self, number: str = NUMBER, *, seconds: float = 10, shown: str = "") -> Outside:
        """Talks for so many seconds."""
        wish = OutsideWish(number, Purpose.OVERFLOW, shown)
        room = FakeRoom(self.exchange)
        async with self.gate.dialled(some_facts(), FakeLeg(), room, wish) as outside:
            await asyncio.sleep(seconds)
        return outside

    async def refused(self, number: str = NUMBER) -> NotReached:
        with pytest.raises(NotReached) as caught:
            await self.dial(number)
        return caught.value

    @property
    def ended(self) -> AttemptEnded:
        return self.journal.the(AttemptEnded)


@pytest.fixture
async def way() -> Way:
    way = Way()
    await way.gate.load()
    return way


async def loaded(phone: Phone) -> Way:
    way = Way(phone)
    await way.gate.load()
    return way


async def test_a_number_that_answers_is_written_before_and_after(way: Way) -> None:
    outside = await way.dial(seconds=10)

    kinds: list[type[Fact]] = [type(fact) for fact in way.journal.facts]
    assert kinds == [AttemptMade, LegStarted, AttemptEnded, LegAnswered, LegEnded]
    made = way.journal.the(AttemptMade)
    assert (made.number, made.shown, made.trunk) == ("+8613800138000", "95001", "carrier")
    assert way.ended.outcome is A.ANSWERED
    assert way.journal.the(LegStarted).role is LegRole.OUTSIDE
    assert isinstance(outside.leg, FakeLeg)
    assert outside.leg.hung_up


@pytest.mark.parametrize(
    ("phone", "outcome", "cause"),
    [
        (Phone(2.0, cause=BUSY), A.BUSY, 17),
        (never_answers(), A.NO_ANSWER, 19),
        (is_not_registered(), A.FAILED, 20),
    ],
)
async def test_a_number_that_does_not_answer_says_why(
    phone: Phone, outcome: AttemptOutcome, cause: int
) -> None:
    way = await loaded(phone)

    error = await way.refused()

    assert (error.outcome, error.cause) == (outcome, cause)
    assert (way.ended.outcome, way.ended.cause) == (outcome, cause)
    assert way.journal.the(LegEnded).hangup_cause == cause


async def test_what_the_rules_refuse_is_written_and_not_dialled(way: Way) -> None:
    error = await way.refused("0012125550123")

    assert (error.outcome, error.reason) == (A.REFUSED, "international")
    assert (way.ended.outcome, way.ended.reason) == (A.REFUSED, "international")
    assert not way.exchange.rung


async def test_nothing_is_dialled_before_the_past_is_known() -> None:
    way = Way()

    assert (await way.refused()).reason == "database_away"
    assert not way.exchange.rung


async def test_nothing_is_dialled_while_postgresql_is_away(way: Way) -> None:
    way.book.is_away = True

    error = await way.refused()

    assert (error.outcome, error.reason) == (A.CANCELLED, "database_away")
    assert not way.exchange.rung
    assert not way.journal.of(LegStarted)


async def test_a_journal_that_does_not_answer_is_waited_for_a_moment(way: Way) -> None:
    way.journal.seconds = 1e6
    began = way.clock.monotonic()

    assert (await way.refused()).reason == "database_away"
    assert way.clock.monotonic() - began == pytest.approx(COMMIT_SECONDS)
    assert not way.exchange.rung


async def test_an_asterisk_that_is_away_is_no_fault_of_the_number() -> None:
    way = await loaded(asterisk_is_away())

    error = await way.refused()

    assert (error.outcome, error.reason) == (A.CANCELLED, "asterisk_away")


async def test_a_caller_who_leaves_cancels_it() -> None:
    way = await loaded(answers(after=20))
    dialling = asyncio.create_task(way.dial())
    await asyncio.sleep(5)

    dialling.cancel()
    await asyncio.wait((dialling,))

    assert way.ended.outcome is A.CANCELLED
    assert way.gate.why_not(NUMBER) == ""


async def test_only_so_many_at_once_and_each_that_is_over_makes_room(way: Way) -> None:
    way.exchange.phones["PJSIP/13800138001@carrier"] = answers()
    way.exchange.phones["PJSIP/13800138002@carrier"] = answers()
    first = asyncio.create_task(way.dial())
    second = asyncio.create_task(way.dial("13800138001", seconds=30))
    await asyncio.sleep(5)

    assert (await way.refused("13800138002")).reason == "too_many_at_once"
    await first
    await way.dial("13800138002")
    await second


async def test_the_day_of_one_number_outlives_the_process() -> None:
    way = Way()
    way.book.before = [
        ("+8613800138000", way.clock.now() - timedelta(hours=hours)) for hours in (25, 20, 2, 1)
    ]
    await way.gate.load()

    assert (await way.refused()).reason == "too_often"


async def test_a_talk_of_before_a_restart_counts(way: Way) -> None:
    def found(number: int) -> Outside:
        facts = some_facts()
        return Outside(facts.id, FakeLeg(f"outside-{number}"))

    async with way.gate.found(some_facts(), found(1)), way.gate.found(some_facts(), found(2)):
        assert way.gate.why_not(NUMBER) == "too_many_at_once"
    assert way.gate.why_not(NUMBER) == ""


@pytest.mark.parametrize(
    ("wanted", "shown"), [("95002", "95002"), ("13900000000", "95001"), ("", "95001")]
)
async def test_only_numbers_of_ours_are_shown(way: Way, wanted: str, shown: str) -> None:
    await way.dial(shown=wanted)

    assert way.journal.the(AttemptMade).shown == shown


async def test_a_callback_that_is_not_ours_any_more_is_not_dialled(way: Way) -> None:
    way.book.claims = False

    assert (await way.refused()).outcome is A.CANCELLED
    assert not way.exchange.rung
