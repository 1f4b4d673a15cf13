import asyncio

import pytest

from ari_app.domain.acd.comfort import Comfort
from ari_app.domain.acd.overflow import SentOn
from ari_app.domain.errors import CallerHungUp, Unavailable
from ari_app.domain.facts import Happened
from ari_app.domain.flow import Queue, WayKind, WayOut
from ari_app.flows.waiting import TOO_LONG, Waiting
from ari_app.ports import QueueLimits, Reached
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg, FakeLine

NODE = Queue(
    queue="orders", keys={"*": "message"}, talked="bye", timeout="message", nobody="message"
)


async def wait(leg: FakeLeg, line: FakeLine) -> Reached | SentOn | str:
    return await Waiting(
        active_call(leg, line), NODE, line, line.patience, resumed=False
    ).until_over()


async def test_the_agent_who_answers_ends_the_waiting_and_the_music() -> None:
    leg = FakeLeg()

    end = await wait(leg, FakeLine(agent_after=10))

    assert isinstance(end, Reached)
    assert not leg.music


async def test_the_caller_hears_music_then_that_all_are_busy_and_the_place_in_line() -> None:
    leg = FakeLeg()

    await wait(leg, FakeLine(agent_after=10))

    assert leg.heard == [
        "zh/please-hold-connecting",
        "zh/all-agents-busy",
        "zh/you-are-number",
        "zh/three",
        "zh/in-the-queue",
    ]


async def test_a_promise_is_said_after_the_place_and_only_while_there_is_one() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=60)
    line.promises = [180.0]

    call = active_call(leg, line)
    await Waiting(call, NODE, line, line.patience, resumed=False).until_over()

    assert leg.heard[5:10] == [
        "zh/estimated-wait",
        "zh/about",
        "zh/three",
        "zh/minutes",
        "zh/thank-you-for-waiting",
    ]
    assert leg.heard.count("zh/estimated-wait") == 1
    announced = [e.detail for e in journal_of(call).of(Happened)]
    assert announced == [{"position": 3, "seconds": 180.0}, {"position": 3}]


async def test_the_place_is_announced_again_and_again() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=115)

    call = active_call(leg, line)
    await Waiting(call, NODE, line, line.patience, resumed=False).until_over()

    assert journal_of(call).story() == ["announced"] * 4
    assert leg.heard.count("zh/thank-you-for-waiting") == 3


async def test_the_first_announcement_says_the_ways_out_of_waiting() -> None:
    leg = FakeLeg()
    call = active_call(leg, line := FakeLine(agent_after=60))
    call.ways_out = {
        "9": WayOut(WayKind.CALLBACK), "*": WayOut(WayKind.MAILBOX), "7": WayOut(WayKind.ELSEWHERE)
    }  # fmt: skip

    await Waiting(call, NODE, line, line.patience, resumed=False).until_over()

    assert leg.heard[5:9] == [
        "zh/press-for-a-callback", "zh/nine", "zh/press-to-leave-a-message", "zh/star",
    ]  # fmt: skip
    assert leg.heard.count("zh/press-for-a-callback") == 1


async def test_messages_of_the_queue_come_between_the_announcements() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=70)
    line.patience = QueueLimits(120, 3, 30, (Comfort(("opening-hours",), after=20, every=25),))

    await wait(leg, line)

    told = [name for name in leg.heard if name in ("zh/opening-hours", "zh/you-are-number")]
    assert told == [
        "zh/you-are-number", "zh/opening-hours", "zh/you-are-number", "zh/opening-hours",
        "zh/you-are-number",
    ]  # fmt: skip
    assert leg.music is False


async def test_a_key_is_heard_in_the_middle_of_a_message() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=70)
    line.patience = QueueLimits(120, 3, 0, (Comfort(("opening-hours",) * 5, after=20),))
    leg.press_after(23.5, "*")

    assert await wait(leg, line) == "*"
    assert leg.heard.count("zh/opening-hours") == 3
    assert asyncio.get_running_loop().time() == 23.5


async def test_without_an_interval_the_first_word_is_the_last() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=115)
    line.patience = QueueLimits(max_wait=120, first_word_after=3, announce_every=0)

    await wait(leg, line)

    assert leg.heard.count("zh/you-are-number") == 1


async def test_the_limit_ends_the_waiting() -> None:
    assert await wait(FakeLeg(), FakeLine(agent_after=121)) == TOO_LONG


async def test_a_key_leads_out_even_while_something_is_said() -> None:
    leg = FakeLeg()
    leg.press_after(0.5, "*")

    assert await wait(leg, FakeLine(agent_after=60)) == "*"
    assert leg.heard == ["zh/please-hold-connecting"]


async def test_other_keys_do_not_lead_out() -> None:
    leg = FakeLeg()
    leg.press_after(5, "7")

    assert isinstance(await wait(leg, FakeLine(agent_after=60)), Reached)


async def test_an_agent_who_answers_at_the_last_moment_wins() -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=120)
    leg.press_after(120, "*")

    assert isinstance(await wait(leg, line), Reached)


async def test_a_caller_who_hangs_up_ends_the_waiting() -> None:
    leg = FakeLeg()
    leg.vanish_after(20)

    with pytest.raises(CallerHungUp):
        await wait(leg, FakeLine(agent_after=60))


async def test_an_announcement_that_fails_does_not_cost_the_place() -> None:
    class Voiceless(FakeLeg):
        async def start_music(self) -> None:
            await asyncio.sleep(0)
            raise CallerHungUp("a wrong word of Asterisk's")

    assert isinstance(await wait(Voiceless(), FakeLine(agent_after=60)), Reached)


@pytest.mark.parametrize("cut_after", [0.1, 4.0, 8.0])
async def test_music_plays_on_when_asterisk_was_out_of_reach(cut_after: float) -> None:
    leg, line = FakeLeg(), FakeLine(agent_after=3600)
    waiting = Waiting(active_call(leg, line), NODE, line, line.patience, resumed=False)
    ending = asyncio.create_task(waiting.until_over())
    await asyncio.sleep(cut_after)

    leg.broken, leg.music = Unavailable("ARI"), False
    await asyncio.sleep(50)
    leg.broken = None
    for _ in range(40):  # something may be said first
        await asyncio.sleep(0.5)
        if leg.music:
            break

    assert leg.music
    assert not ending.done()
    ending.cancel()
    await asyncio.wait((ending,))
