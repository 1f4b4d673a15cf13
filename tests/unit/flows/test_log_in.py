from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from ari_app.domain.pin import Verdict
from ari_app.flows.log_in import refusal
from tests.fakes.floor import an_agent
from tests.fakes.telephony import FakeLeg

MEMBER = an_agent()


@dataclass
class Judge:
    """Knows one PIN; locks after so many wrong ones."""

    patience: int = 3
    lock: timedelta = timedelta()
    judged: list[tuple[int, str, str]] = field(default_factory=list)

    async def lock_left(self, agent_id: int) -> timedelta:
        return self.lock

    async def judge(self, agent_id: int, pin: str, phone: str) -> Verdict:
        self.judged.append((agent_id, pin, phone))
        if pin == "4839":
            return Verdict.RIGHT
        if len(self.judged) < self.patience:
            return Verdict.WRONG
        self.lock = timedelta(minutes=5)
        return Verdict.LOCKED


async def test_the_right_pin_is_no_reason_to_refuse() -> None:
    judge = Judge()

    assert await refusal(FakeLeg(answers="4839#"), MEMBER, judge) is None
    assert judge.judged == [(8001, "4839", "phone-8001")]


async def test_a_wrong_pin_is_said_to_be_wrong_and_asked_for_again() -> None:
    leg = FakeLeg(answers="1111#4839#")

    assert await refusal(leg, MEMBER, Judge()) is None
    assert leg.heard == ["zh/enter-pin", "zh/invalid-pin"]


async def test_the_third_wrong_pin_locks_and_says_for_how_long() -> None:
    said = await refusal(FakeLeg(answers="1#2#3#4839#"), MEMBER, Judge())

    assert said == ("agent-pin-locked", "five", "minutes")


async def test_while_it_is_locked_nothing_is_asked() -> None:
    leg, judge = FakeLeg(answers="4839#"), Judge(lock=timedelta(seconds=61))
    member = replace(MEMBER, language="en")

    assert await refusal(leg, member, judge) == ("agent-pin-locked", "two", "minutes")
    assert (leg.heard, judge.judged) == ([], [])


async def test_silence_is_no_try_and_logs_nobody_in() -> None:
    judge = Judge()

    assert await refusal(FakeLeg(), MEMBER, judge) == ("agent-not-logged-in",)
    assert judge.judged == []


@pytest.mark.parametrize("patience", [1, 2])
async def test_a_lock_that_another_phone_caused_ends_the_questions(patience: int) -> None:
    leg = FakeLeg(answers="1#2#3#")

    assert (await refusal(leg, MEMBER, Judge(patience)) or ())[0] == "agent-pin-locked"
    assert len(leg.heard) == patience
