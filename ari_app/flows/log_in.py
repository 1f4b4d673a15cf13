"""An agent who logs in by phone says who it is: the PIN, three times at most."""

from datetime import timedelta
from typing import Protocol

from ari_app.domain.pin import LONGEST, MOST_WRONG, Verdict
from ari_app.domain.speech import Language, Words, duration
from ari_app.domain.staff import StaffMember
from ari_app.flows.digits import ask_digits
from ari_app.ports import Leg

MINUTE = 60


class PinJudge(Protocol):
    """Raises Unavailable when it cannot look."""

    async def lock_left(self, agent_id: int) -> timedelta: ...

    async def judge(self, agent_id: int, pin: str, phone: str) -> Verdict: ...


async def refusal(leg: Leg, member: StaffMember, judge: PinJudge) -> Words | None:
    """None once the right PIN was pressed; else what to say, for nobody logs in.

    Raises: CallerHungUp, Unavailable.
    """
    language: Language = "en" if member.language == "en" else "zh"
    prompts: Words = ("enter-pin",)
    for _ in range(MOST_WRONG):
        if lock := await judge.lock_left(member.id):
            return _locked(lock, language)
        pin = await ask_digits(leg, prompts, language, longest=LONGEST)
        if not pin:
            continue
        if await judge.judge(member.id, pin, member.phone or "") is Verdict.RIGHT:
            return None
        prompts = ("invalid-pin",)
    lock = await judge.lock_left(member.id)
    return _locked(lock, language) if lock else ("agent-not-logged-in",)


def _locked(left: timedelta, language: Language) -> Words:
    """In whole minutes, rounded up: who comes back then finds it over."""
    minutes = -(-left.total_seconds() // MINUTE)
    return ("agent-pin-locked", *duration(minutes * MINUTE, language))
