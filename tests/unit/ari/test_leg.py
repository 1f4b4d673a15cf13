"""One channel: prompts, keys, recording and its end, as Asterisk tells them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from ari_app.ari.errors import AriUnavailable
from ari_app.ari.keys import KEPT_KEYS
from ari_app.ari.leg import AriLeg
from ari_app.ari.playbacks import Playbacks
from ari_app.domain.errors import CallerHungUp, Conflict, Unavailable
from ari_app.domain.transfer import Wish
from tests.fakes.ari_server import channel_json, playback_json
from tests.fakes.lane import AWAY, FakeLane, an_event, of_channel, recording_json

PLAY = "POST channels/in-1/play/in-1-p1"
STOP = "DELETE playbacks/in-1-p1"
TAKE = "GET channels/in-1/variable"
GONE = (404, {"message": "Channel not found"})
BUSY = (409, {"message": "Channel not in Stasis"})


class Phone:
    """Plays Asterisk: ends each prompt `prompt_seconds` after it began, or when stopped."""

    def __init__(self, *, prompt_seconds: float = 3.0, life: int = 0) -> None:
        self.lane = FakeLane()
        self.leg = AriLeg(self.lane, "in-1", Playbacks(life))  # type: ignore[arg-type]
        self.prompt_seconds = prompt_seconds
        self.presses, self.told_of_keys = 0, 1
        self.failing = 0  # so many prompts
        self.lane.on_request = self._on_request

    @property
    def asked(self) -> list[str]:
        return self.lane.asked

    def tell(self, type_name: str, **fields: object) -> None:
        self.leg.on_event(of_channel(type_name, "in-1", **fields))

    def press(self, key: str) -> None:
        self.presses += 1
        at = f"2026-08-01T12:00:{self.presses:02d}.123+0000"
        for _ in range(self.told_of_keys):
            self.tell("ChannelDtmfReceived", digit=key, duration_ms=80, timestamp=at)

    def after(self, seconds: float, tell: str, **fields: object) -> None:
        asyncio.get_running_loop().call_later(seconds, lambda: self.tell(tell, **fields))

    def press_after(self, seconds: float, key: str) -> None:
        asyncio.get_running_loop().call_later(seconds, self.press, key)

    def _on_request(self, request: str) -> None:
        *_, name = request.split("/")
        if "/play/" in request:
            asyncio.get_running_loop().call_later(self.prompt_seconds, self.end_prompt, name)
        elif request.startswith("DELETE playbacks/"):
            self.end_prompt(name)

    def end_prompt(self, name: str) -> None:
        playback = playback_json(name, "channel:in-1")
        if self.failing:
            self.failing -= 1
            playback["state"] = "failed"
        self.leg.on_event(an_event("PlaybackFinished", playback=playback))

    def end_recording(self, name: str, seconds: int) -> None:
        recording = recording_json(name, seconds)
        self.leg.on_event(an_event("RecordingFinished", recording=recording))


@pytest.fixture
async def phone() -> Phone:
    return Phone()


def now() -> float:
    return asyncio.get_running_loop().time()


# ---- prompts ----


async def test_the_first_prompt_is_on_its_way_before_anybody_waits_for_it(phone: Phone) -> None:
    phone.leg.begin(("welcome",), "zh")

    assert phone.asked == [PLAY]
    assert phone.lane.bodies[PLAY] == {"media": ["sound:hotline/welcome"], "lang": "zh"}


async def test_who_plays_what_was_begun_waits_for_its_end(phone: Phone) -> None:
    phone.leg.begin(("welcome",), "zh")
    await phone.leg.begun()
    await asyncio.sleep(1)

    await phone.leg.play(("welcome",), "zh", until_key=True)

    assert now() == 3.0
    assert phone.asked == [PLAY]


async def test_what_was_begun_and_is_over_is_not_said_again(phone: Phone) -> None:
    phone.leg.begin(("welcome",), "zh")
    await asyncio.sleep(10)

    await phone.leg.play(("welcome",), "zh")

    assert (now(), phone.asked) == (10, [PLAY])


async def test_a_question_that_was_begun_is_answered_as_any_other(phone: Phone) -> None:
    phone.leg.begin(("main-menu",), "zh")
    phone.press_after(1, "2")

    assert await phone.leg.ask(("main-menu",), "zh", within=5) == "2"
    assert phone.asked == [PLAY, STOP]


@pytest.mark.parametrize("prompts", [("welcome",), ("other",)])
async def test_what_was_begun_ends_when_something_else_is_wanted(
    phone: Phone, prompts: tuple[str, ...]
) -> None:
    phone.leg.begin(("welcome",), "zh")
    await phone.leg.begun()

    await phone.leg.play(prompts, "en")

    assert phone.asked == [PLAY, STOP, "POST channels/in-1/play/in-1-p2"]


async def test_a_key_pressed_before_anybody_listened_ends_what_was_begun(phone: Phone) -> None:
    phone.leg.begin(("welcome",), "zh")
    await phone.leg.begun()
    phone.press("1")

    await phone.leg.play(("welcome",), "zh", until_key=True)
    key = await phone.leg.ask(("choose-language",), "zh", within=5)

    assert (key, now()) == ("1", 0)
    assert phone.asked == [PLAY, STOP]


async def test_a_beginning_whose_answer_was_lost_is_asked_for_again(phone: Phone) -> None:
    phone.lane.reply(PLAY, AWAY, (201, playback_json("in-1-p1", "channel:in-1")))
    phone.leg.begin(("welcome",), "zh")

    await phone.leg.play(("welcome",), "zh")

    assert phone.asked == [PLAY, PLAY]


async def test_without_a_connection_the_first_prompt_is_asked_for_when_it_is_played(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AWAY

    with monkeypatch.context() as away:
        away.setattr(phone.lane, "send", refuse)
        phone.leg.begin(("welcome",), "zh")
    await phone.leg.begun()
    await phone.leg.play(("welcome",), "zh")

    assert phone.asked == ["POST channels/in-1/play/in-1-p2"]


async def test_a_caller_who_hung_up_meanwhile_is_gone(phone: Phone) -> None:
    phone.lane.reply(PLAY, GONE)
    phone.leg.begin(("welcome",), "zh")
    await phone.leg.begun()

    with pytest.raises(CallerHungUp):
        await phone.leg.play(("welcome",), "zh")


async def test_a_prompt_is_played_to_its_end(phone: Phone) -> None:
    await phone.leg.play(("welcome", "goodbye"), "zh")

    assert now() == 3.0
    assert phone.asked == [PLAY]
    assert phone.lane.bodies[PLAY] == {
        "media": ["sound:hotline/welcome", "sound:hotline/goodbye"],
        "lang": "zh",
    }


async def test_no_prompts_are_no_request(phone: Phone) -> None:
    await phone.leg.play((), "zh")

    assert phone.asked == []


async def test_each_playback_has_an_id_of_its_own(phone: Phone) -> None:
    await phone.leg.play(("a",), "zh")
    await phone.leg.play(("b",), "zh")

    assert phone.asked == [PLAY, "POST channels/in-1/play/in-1-p2"]


async def test_a_prompt_asterisk_lost_does_not_play_for_ever(phone: Phone) -> None:
    phone.prompt_seconds = 1e6

    await phone.leg.play(("a",), "zh")

    assert now() == pytest.approx(300.0)
    assert phone.asked[-1] == STOP


async def test_whoever_stops_waiting_for_a_prompt_stops_the_prompt(phone: Phone) -> None:
    playing = asyncio.create_task(phone.leg.play(("a",), "zh"))
    await asyncio.sleep(1)

    playing.cancel()
    await asyncio.wait((playing,))

    assert phone.asked == [PLAY, STOP]


async def test_a_prompt_is_stopped_even_before_asterisk_said_that_it_began(phone: Phone) -> None:
    playing = asyncio.create_task(phone.leg.play(("a",), "zh"))
    await asyncio.sleep(0)
    assert phone.asked == [PLAY]

    playing.cancel()
    await asyncio.wait((playing,))

    assert phone.asked == [PLAY, STOP]


async def test_hush_waits_until_it_is_silent(phone: Phone) -> None:
    playing = asyncio.create_task(phone.leg.play(("a",), "zh"))
    await asyncio.sleep(1)

    await phone.leg.hush()
    await playing

    assert phone.asked == [PLAY, STOP]
    assert now() == 1.0


async def test_hush_without_a_prompt_does_nothing(phone: Phone) -> None:
    await phone.leg.hush()

    assert phone.asked == []


async def test_hush_after_the_end_of_a_prompt_is_no_error(phone: Phone) -> None:
    phone.lane.reply(STOP, (404, {"message": "Playback not found"}))
    playing = asyncio.create_task(phone.leg.play(("a",), "zh"))
    await asyncio.sleep(1)

    await phone.leg.hush()
    await playing


# ---- keys ----


async def test_a_key_ends_the_prompt_at_once_and_is_the_answer(phone: Phone) -> None:
    phone.press_after(1, "5")

    assert await phone.leg.ask(("menu",), "zh", within=5) == "5"
    assert phone.asked == [PLAY, STOP]
    assert now() == 1.0


async def test_a_key_after_the_prompt_is_the_answer(phone: Phone) -> None:
    phone.press_after(6, "5")

    assert await phone.leg.ask(("menu",), "zh", within=5) == "5"
    assert phone.asked == [PLAY]


async def test_the_time_to_answer_begins_after_the_prompt(phone: Phone) -> None:
    assert await phone.leg.ask(("menu",), "zh", within=5) == ""
    assert now() == 8.0


async def test_a_key_that_is_told_twice_was_pressed_once(phone: Phone) -> None:
    phone.told_of_keys = 2
    for key in "448":
        phone.press(key)

    keys = [await phone.leg.ask((), "zh", within=1) for _ in range(4)]

    assert keys == ["4", "4", "8", ""]


async def test_the_first_key_ends_what_an_earlier_life_of_the_engine_plays() -> None:
    phone = Phone(life=7)
    phone.leg.inherited()
    phone.press_after(1, "5")
    phone.press_after(2, "6")

    assert await phone.leg.ask(("menu",), "zh", within=5) == "5"
    assert await phone.leg.ask(("menu",), "zh", within=5) == "6"

    stopped = {request for request in phone.asked if request.startswith("DELETE")}
    assert stopped == {f"DELETE playbacks/in-1-p{number}" for number in range(5 * 8 + 1, 7 * 8 + 3)}
    assert len(phone.asked) == 2 + len(stopped)


async def test_a_key_of_a_call_that_nobody_served_before_ends_our_prompt_alone() -> None:
    phone = Phone(life=7)
    phone.press_after(1, "5")

    await phone.leg.ask(("menu",), "zh", within=5)

    assert phone.asked == ["POST channels/in-1/play/in-1-p57", "DELETE playbacks/in-1-p57"]


async def test_a_key_pressed_earlier_is_taken_without_playing(phone: Phone) -> None:
    phone.press("1")
    phone.press("2")

    assert await phone.leg.ask(("language",), "zh", within=5) == "1"
    assert await phone.leg.ask(("menu",), "zh", within=5) == "2"
    assert phone.asked == []


@pytest.mark.parametrize(("failing", "prompts"), [(0, 1), (1, 2), (2, 3), (9, 3)])
async def test_a_prompt_that_cannot_be_played_is_made_up_for(
    phone: Phone, failing: int, prompts: int
) -> None:
    phone.prompt_seconds, phone.failing = 0.5, failing

    assert await phone.leg.ask(("menu",), "zh", within=5) == ""

    assert len([one for one in phone.asked if "/play/" in one]) == prompts
    assert now() < 5 + 2.5


async def test_a_key_is_worth_more_than_an_apology(phone: Phone) -> None:
    phone.failing = 1
    phone.press_after(3.2, "1")

    assert await phone.leg.ask(("menu",), "zh", within=5) == "1"
    assert now() <= 3.5


async def test_a_prompt_that_ends_with_the_channel_needs_no_apology(phone: Phone) -> None:
    phone.failing = 1
    phone.after(3.1, "StasisEnd")

    with pytest.raises(CallerHungUp):
        await phone.leg.play(("welcome",), "zh")
    assert len([one for one in phone.asked if "/play/" in one]) == 1


@pytest.mark.parametrize(
    ("before", "after", "heard"),
    [("#", "2", "2"), ("", "#2", "2"), ("", "##", "#"), ("", "2#", "2"), ("3#", "", "3")],
)
async def test_a_key_that_may_follow_out_of_habit_is_overlooked_once(
    phone: Phone, before: str, after: str, heard: str
) -> None:
    for key in before:
        phone.press(key)
    phone.leg.overlook("#")
    for key in after:
        phone.press(key)

    assert await phone.leg.ask((), "zh", within=1) == heard


async def test_a_key_that_comes_late_is_meant(phone: Phone) -> None:
    phone.leg.overlook("#")
    phone.press_after(4, "#")

    assert await phone.leg.ask((), "zh", within=9) == "#"


async def test_a_key_during_a_plain_prompt_is_kept_for_the_next_question(phone: Phone) -> None:
    phone.press_after(1, "3")
    await phone.leg.play(("welcome",), "zh")

    assert await phone.leg.ask(("menu",), "zh", within=5) == "3"


async def test_a_question_without_words_waits_for_a_key(phone: Phone) -> None:
    phone.press_after(2, "3")

    assert await phone.leg.ask((), "zh", within=5) == "3"
    assert phone.asked == []


async def test_the_next_key_may_take_for_ever(phone: Phone) -> None:
    phone.press_after(86_400 * 3, "*")

    assert await phone.leg.next_key() == "*"


async def test_of_too_many_keys_the_last_ones_count(phone: Phone) -> None:
    for _ in range(KEPT_KEYS):
        phone.press("1")
    phone.press("2")

    keys = [await phone.leg.next_key() for _ in range(KEPT_KEYS)]

    assert keys == ["1"] * (KEPT_KEYS - 1) + ["2"]


# ---- music ----


async def test_music_is_stopped_only_if_it_plays(phone: Phone) -> None:
    await phone.leg.stop_music()
    await phone.leg.start_music()
    await phone.leg.stop_music()
    await phone.leg.stop_music()

    assert phone.asked == ["POST channels/in-1/moh", "DELETE channels/in-1/moh"]


async def test_music_is_stopped_even_if_nobody_waited_for_its_beginning(phone: Phone) -> None:
    starting = asyncio.create_task(phone.leg.start_music())
    await asyncio.sleep(0)
    starting.cancel()

    await phone.leg.stop_music()

    assert phone.asked == ["POST channels/in-1/moh", "DELETE channels/in-1/moh"]


# ---- recording ----


async def test_the_length_of_a_recording_is_as_asterisk_measured_it(phone: Phone) -> None:
    asyncio.get_running_loop().call_later(20, phone.end_recording, "c-1", 19)

    assert await phone.leg.record("c-1", longest=120) == 19
    assert phone.lane.bodies["POST channels/in-1/record"] == {
        "name": "c-1",
        "format": "wav",
        "maxDurationSeconds": 120,
        "maxSilenceSeconds": 8,
        "ifExists": "fail",
        "terminateOn": "#",
    }


async def test_the_key_that_ends_a_recording_answers_no_question(phone: Phone) -> None:
    phone.press_after(5, "#")
    asyncio.get_running_loop().call_later(5, phone.end_recording, "c-1", 5)
    await phone.leg.record("c-1", longest=120)
    phone.press_after(2, "1")

    assert await phone.leg.ask((), "zh", within=5) == "1"


async def test_a_recording_whose_end_is_never_told_ends_soon_after_its_longest(
    phone: Phone,
) -> None:
    assert await phone.leg.record("c-1", longest=120) == 0.0
    assert now() == 130.0


async def test_hanging_up_ends_a_recording(phone: Phone) -> None:
    phone.after(20, "StasisEnd")

    with pytest.raises(CallerHungUp):
        await phone.leg.record("c-1", longest=120)


# ---- the end ----


WAITS: dict[str, Callable[[AriLeg], Awaitable[object]]] = {
    "play": lambda leg: leg.play(("a",), "zh"),
    "ask": lambda leg: leg.ask(("a",), "zh", within=5),
    "next_key": lambda leg: leg.next_key(),
    "record": lambda leg: leg.record("c-1", longest=60),
}


@pytest.mark.parametrize("how", WAITS)
async def test_hanging_up_ends_whatever_is_going_on(phone: Phone, how: str) -> None:
    phone.after(1, "ChannelDestroyed", cause=16, cause_txt="Normal Clearing")

    with pytest.raises(CallerHungUp):
        await WAITS[how](phone.leg)
    assert now() == 1.0
    assert STOP not in phone.asked


async def test_the_end_is_known_with_its_cause_and_its_time(phone: Phone) -> None:
    phone.tell("ChannelHangupRequest", cause=27)
    assert not phone.leg.is_gone

    phone.tell("StasisEnd")

    await phone.leg.gone()
    assert (phone.leg.is_gone, phone.leg.cause) == (True, 27)
    assert phone.leg.ended_at == datetime(2026, 8, 1, 12, 0, 0, 123000, tzinfo=UTC)


async def test_who_wants_to_know_of_the_end_hears_of_it_before_anything_else_goes_on(
    phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    order: list[object] = []
    waiting = asyncio.ensure_future(phone.leg.gone())
    waiting.add_done_callback(lambda _: order.append("woken"))
    phone.leg.when_gone(lambda: 1 // 0)
    phone.leg.when_gone(lambda: order.append(phone.leg.is_gone))

    phone.tell("StasisEnd")
    assert order == [True]
    await waiting
    phone.leg.when_gone(lambda: order.append("late"))
    await asyncio.sleep(0)

    assert order == [True, "woken", "late"]
    assert "an end had no consequence" in caplog.text


async def test_why_a_channel_is_gone_is_said_by_its_last_event(phone: Phone) -> None:
    phone.tell("ChannelHangupRequest", cause=1, soft=True)  # a flag of Asterisk's, no cause
    phone.tell("StasisEnd")
    phone.after(0.2, "ChannelDestroyed", cause=44, cause_txt="Circuit/channel congestion")

    assert await phone.leg.why_gone() == 44
    assert now() == pytest.approx(0.2)


async def test_nobody_waits_for_a_last_event_that_was_lost(phone: Phone) -> None:
    phone.tell("StasisEnd")

    assert await phone.leg.why_gone() is None
    assert now() == pytest.approx(1.0)


async def test_who_hangs_up_by_themselves_says_why_before(phone: Phone) -> None:
    phone.tell("ChannelHangupRequest", cause=16)
    phone.tell("StasisEnd")

    assert await phone.leg.why_gone() == 16
    assert now() == 0.0


async def test_after_the_end_nothing_is_asked_of_asterisk(phone: Phone) -> None:
    phone.tell("StasisEnd")

    with pytest.raises(CallerHungUp):
        await phone.leg.play(("a",), "zh")
    with pytest.raises(CallerHungUp):
        await phone.leg.answer()
    assert phone.asked == []


async def test_a_channel_asterisk_does_not_know_has_hung_up(phone: Phone) -> None:
    phone.lane.reply("POST channels/in-1/answer", GONE)

    with pytest.raises(CallerHungUp):
        await phone.leg.answer()
    assert phone.leg.is_gone


async def test_a_refusal_by_a_dying_channel_is_a_hang_up(phone: Phone) -> None:
    phone.lane.reply("POST channels/in-1/answer", BUSY)
    phone.lane.reply("GET channels/in-1", GONE)

    with pytest.raises(CallerHungUp):
        await phone.leg.answer()


async def test_a_prompt_refused_while_the_last_event_is_on_its_way_is_a_hang_up(
    phone: Phone,
) -> None:
    phone.lane.reply(PLAY, BUSY)
    phone.after(0.2, "StasisEnd")

    with pytest.raises(CallerHungUp):
        await phone.leg.play(["welcome"], "zh")


async def test_a_refusal_by_a_living_channel_is_a_conflict(phone: Phone) -> None:
    phone.lane.reply("POST channels/in-1/answer", BUSY)

    with pytest.raises(Conflict):
        await phone.leg.answer()


@pytest.mark.parametrize("reply", [GONE, BUSY, (500, None), AWAY, (412, None)])
async def test_hanging_up_never_raises(phone: Phone, reply: tuple[int, object]) -> None:
    phone.lane.reply("DELETE channels/in-1", reply)

    await phone.leg.hang_up()

    assert phone.leg.cause == 16


# ---- breaks of the connection ----


async def test_a_short_break_of_the_connection_costs_a_moment_not_the_call(phone: Phone) -> None:
    phone.lane.reply("POST channels/in-1/answer", AWAY, AWAY, (204, None))

    await phone.leg.answer()

    assert phone.asked == ["POST channels/in-1/answer"] * 3
    assert 0.5 <= now() <= 1.5


async def test_what_a_repetition_finds_done_is_done(phone: Phone) -> None:
    doubt = AriUnavailable("any", "connection lost", outcome_known=False)
    phone.lane.reply(PLAY, doubt, (409, {"message": "playback exists"}))

    playing = asyncio.create_task(phone.leg.play(("a",), "zh"))
    await asyncio.sleep(2)
    phone.end_prompt("in-1-p1")

    await playing


async def test_a_long_break_is_unavailable(phone: Phone) -> None:
    phone.lane.reply("POST channels/in-1/answer", AWAY)

    with pytest.raises(Unavailable):
        await phone.leg.answer()
    assert len(phone.asked) == 4
    assert now() <= 3.5


async def test_what_asterisk_itself_fails_at_is_not_repeated(phone: Phone) -> None:
    phone.lane.reply("POST channels/in-1/answer", (500, {"message": "Allocation failed"}))

    with pytest.raises(Unavailable):
        await phone.leg.answer()
    assert len(phone.asked) == 1


async def test_after_a_loss_of_events_a_channel_that_is_gone_is_noticed(phone: Phone) -> None:
    phone.lane.reply("GET channels/in-1", GONE)

    assert not await phone.leg.look_again()
    assert phone.leg.is_gone


async def test_after_a_loss_of_events_a_prompt_that_is_over_is_noticed(phone: Phone) -> None:
    phone.prompt_seconds = 1e6
    phone.lane.reply("GET playbacks/in-1-p1", (404, {}))
    playing = asyncio.create_task(phone.leg.play(("a",), "zh"))
    await asyncio.sleep(1)

    assert await phone.leg.look_again()
    await playing
    assert now() == 1.0


async def test_after_a_loss_of_events_a_recording_that_goes_on_goes_on(phone: Phone) -> None:
    recording = asyncio.create_task(phone.leg.record("c-1", longest=60))
    await asyncio.sleep(1)

    await phone.leg.look_again()
    assert not recording.done()
    phone.end_recording("c-1", 5)
    assert await recording == 5


# ---- what else is done to a channel ----


async def test_a_variable_is_set(phone: Phone) -> None:
    await phone.leg.set_variable("CC_FLOW", "1")

    assert phone.lane.bodies["POST channels/in-1/variable"] == {"variable": "CC_FLOW", "value": "1"}


async def test_the_dialplan_is_told_which_language_to_go_on_in(phone: Phone) -> None:
    await phone.leg.fall_back("flow", "en")

    sent = phone.lane.bodies["POST channels/in-1/variable"]
    assert sent == {"variable": "CC_LANGUAGE", "value": "en"}


async def test_the_dialplan_takes_over_with_the_reason_and_without_a_word_in_the_air(
    phone: Phone,
) -> None:
    playing = asyncio.create_task(phone.leg.play(("a",), "zh"))
    await asyncio.sleep(1)

    await phone.leg.fall_back("flow")
    await playing

    assert phone.asked[1:] == [
        STOP,
        "POST channels/in-1/variable",
        "POST channels/in-1/continue",
    ]
    assert phone.lane.bodies["POST channels/in-1/continue"] == {
        "context": "app-fallback",
        "extension": "s",
        "priority": 1,
    }


async def test_a_channel_is_told_that_it_is_served_even_while_it_plays(phone: Phone) -> None:
    """Reading a variable needs nothing of the channel's thread; this one is written by it."""
    await phone.leg.take()

    assert phone.asked == [TAKE]
    assert phone.lane.queries[TAKE] == "variable=SET%28GROUP%28call%29%3Dtaken%29"


async def test_a_channel_that_could_not_be_told_is_told_again() -> None:
    phone = Phone()
    phone.lane.reply(TAKE, AWAY, (200, {"value": "1"}))

    await phone.leg.take()

    assert phone.asked == [TAKE, TAKE]


async def test_nobody_serves_a_caller_who_is_gone() -> None:
    phone = Phone()
    phone.lane.reply(TAKE, GONE)

    with pytest.raises(CallerHungUp):
        await phone.leg.take()


# ---- REFER ----


def refer_json(destination: str = "1002", **refer_to: object) -> dict[str, object]:
    asked = {"destination": destination}
    if "destination_channel" in refer_to:
        asked["protocol_id"] = "call-id of the phone"
    return {
        "refer_to": {"requested_destination": asked, **refer_to},
        "referred_by": {"source_channel": channel_json("in-1")},
    }


async def test_a_phone_that_asks_to_be_replaced_is_heard_once(phone: Phone) -> None:
    for _ in range(2):  # an endpoint that is listened to tells of it as well
        phone.leg.on_event(an_event("ChannelTransfer", **refer_json("1002")))

    assert await phone.leg.transfer_asked() == Wish("1002")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5):
            await phone.leg.transfer_asked()


async def test_the_other_call_of_the_phone_is_known_by_its_channel(phone: Phone) -> None:
    other = channel_json("out-7")
    phone.leg.on_event(an_event("ChannelTransfer", **refer_json(destination_channel=other)))

    assert await phone.leg.transfer_asked() == Wish("1002", "out-7")


async def test_what_we_answer_is_no_wish(phone: Phone) -> None:
    await phone.leg.answer_transfer(accepted=True)
    said = {**refer_json(), "state": "channel_answered"}
    phone.leg.on_event(an_event("ChannelTransfer", **said))

    assert phone.asked == ["POST channels/in-1/transfer_progress"]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5):
            await phone.leg.transfer_asked()


async def test_what_a_phone_asked_of_nobody_is_declined(phone: Phone) -> None:
    await phone.leg.decline_what_nobody_heard()

    assert phone.asked == ["POST channels/in-1/transfer_progress"]


async def test_what_a_phone_asks_of_us_is_not_declined_beside(phone: Phone) -> None:
    phone.leg.on_event(an_event("ChannelTransfer", **refer_json("1002")))

    await phone.leg.decline_what_nobody_heard()

    assert phone.asked == []


async def test_a_phone_that_is_gone_is_answered_nothing(phone: Phone) -> None:
    phone.lane.reply("POST channels/in-1/transfer_progress", GONE)

    await phone.leg.answer_transfer(accepted=False)  # and nobody is told that it failed
