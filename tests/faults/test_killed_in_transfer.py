"""F2 for agents who pass callers on: the engine dies between any one act of a transfer and the
next; the caller is with one of the two agents, and the other one is free.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from ari_app.lab.lab import until
from ari_app.lab.party import Party
from tests.faults.engines import arm, until_dead
from tests.faults.recoveries import Stopwatch
from tests.faults.verdict import judge
from tests.lab.hotline import Hotline

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.beside]

CALLER, FIRST, SECOND, ASKING = 440, 620, 880, 1000
REACHED_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Talk:
    """Agent 1001 talks to the caller; 1004 is ready and answers whatever rings."""

    hotline: Hotline
    caller: Party
    first: Party

    async def pass_on_at_once(self) -> None:
        await self.first.refer("1004")

    async def ask(self) -> Party:
        desk = self.hotline.lab.where("1001")
        asking = await desk.feature("1001", "1004")
        asking.talk(ASKING)
        return asking

    async def hand_over(self) -> None:
        asking = await self.ask()
        await asking.until_heard(f"tone {SECOND}", within=15)
        await self.first.refer_to_call(asking)


Act = Callable[[Talk], Awaitable[object]]
# What the saved step did not say yet has not happened: the caller stays with the first agent.
STAYS: dict[str, Act] = {
    "transfer.placed": Talk.pass_on_at_once,
    "consult.answered": Talk.ask,
    "handover.placed": Talk.hand_over,
}
GOES_ON: dict[str, Act] = {
    "direct.committed": Talk.pass_on_at_once,
    "direct.accepted": Talk.pass_on_at_once,
    "handover.joined": Talk.hand_over,
}


async def begin(hotline: Hotline, point: str, act: Act) -> Talk:
    """An engine that dies at `point` of the act, and the next one, which has adopted the call."""
    go = await arm(hotline.lab, point)
    caller, first = await hotline.in_talk("1001", caller=CALLER, agent=FIRST)
    await hotline.login("1004")
    answers(hotline, "1004")
    go.touch()
    talk = Talk(hotline, caller, first)
    await act(talk)
    await until_dead(hotline.lab, point, REACHED_SECONDS)
    back = Stopwatch()
    await hotline.lab.installation.start_engine()
    back.measured("F2", "dead in a transfer, until the next engine has adopted the call")
    return talk


def answers(hotline: Hotline, extension: str) -> None:
    """Each time it rings."""

    def ring(phone: Party) -> None:
        async def answer() -> None:
            await phone.answer()
            phone.talk(SECOND)

        hotline.world.start(answer())

    hotline.world.on_ring[extension] = ring


async def ended_well(talk: Talk, began: datetime) -> list[int]:
    """The caller hangs up, every promise has been kept: which agents talked."""
    await talk.hotline.hang_up(talk.caller)
    await judge(talk.hotline.lab, [talk.caller.name], began, 60)
    record = await talk.hotline.record_of(talk.caller)
    assert record["outcome"] == "talked"
    return record["agents"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("point", STAYS)
async def test_a_transfer_that_was_not_written_down_leaves_the_caller_with_the_agent(
    hotline: Hotline, point: str
) -> None:
    began = datetime.now(UTC)
    talk = await begin(hotline, point, STAYS[point])

    await hotline.until_state("1004", "ready", "wrap_up")
    assert (await hotline.states())["1001"] == "talking"
    assert not talk.first.gone.is_set()
    assert not talk.caller.gone.is_set()
    # Whoever was asked has talked too, to the first agent: that was written down already or not.
    assert (await ended_well(talk, began))[0] == 1001


async def test_a_phone_that_asks_while_no_engine_is_there_is_told_no_by_the_next(
    hotline: Hotline,
) -> None:
    began, installation = datetime.now(UTC), hotline.lab.installation
    caller, first = await hotline.in_talk("1001", caller=CALLER, agent=FIRST)
    await asyncio.to_thread(installation.engine.kill)
    await first.refer("1004")
    await asyncio.sleep(1)

    await installation.start_engine()

    await first.take_back()
    await until(lambda: first.hears(f"tone {CALLER}"), 10, "agent 1001 hears the caller again")
    assert await ended_well(Talk(hotline, caller, first), began) == [1001]


@pytest.mark.parametrize("point", GOES_ON)
async def test_a_transfer_that_was_written_down_goes_on(hotline: Hotline, point: str) -> None:
    began = datetime.now(UTC)
    talk = await begin(hotline, point, GOES_ON[point])

    await until(lambda: talk.caller.hears(f"tone {SECOND}"), 20, "the caller hears agent 1004")
    await talk.first.until_gone(10)
    await hotline.until_state("1004", "talking")
    await hotline.until_state("1001", "ready", "wrap_up")
    assert await ended_well(talk, began) == [1001, 1004]
