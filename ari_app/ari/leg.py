"""One party's channel as a flow sees it: prompts, keys, recording, hang-up."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime

from ari_app.ari.client import Lane
from ari_app.ari.ending import Ending
from ari_app.ari.errors import AriRefused
from ari_app.ari.events import (
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    Event,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    StasisEnd,
)
from ari_app.ari.keys import Keys
from ari_app.ari.newcomer import Newcomer, Opening, media
from ari_app.ari.playbacks import Playbacks, stop_all
from ari_app.ari.referring import Referring
from ari_app.ari.repeated import repeated
from ari_app.domain.errors import CallerHungUp, Conflict, NotFound, Unavailable
from ari_app.domain.hangup import NORMAL, cause_told

log = logging.getLogger(__name__)

LONGEST_PLAY = 300.0  # seconds; Asterisk always says when a prompt is over, unless it lost it
FAILED = -1.0  # in the place of the seconds something took
APOLOGIES = "cannot-be-played", "tone:!1000/300,!0/200,!1000/300"
UNTIL_GONE = 0.3  # seconds from a prompt that ends with the channel to the event that says so
UP = "Up"
SILENCE_ENDS_MESSAGE = 8
DYING = 1.0  # seconds from leaving the application to the event that says so; usually none


class AriLeg(Referring):
    """Fed with the channel's events; commands raise CallerHungUp when the channel is gone."""

    def __init__(self, lane: Lane, channel_id: str, playbacks: Playbacks) -> None:
        super().__init__(lane, channel_id)
        self.cause: int | None = None
        self.ended_at: datetime | None = None
        self.was_lost = False
        # Of a phone that has answered: who hangs up there is free for the next call. Asterisk has
        # a channel to take down first, which nobody needs to wait for.
        self.ends_with_request = False
        self._newcomer = Newcomer(lane)
        self._playbacks = playbacks
        self._end = Ending(channel_id)
        self._destroyed = asyncio.Event()
        self._keys = Keys()
        self._is_inherited = False
        self._waits: dict[str, asyncio.Future[float]] = {}
        self._playing: str | None = None
        self._opening: Opening | None = None
        self._music = False

    # ---- what Asterisk tells ----

    def on_event(self, event: Event) -> None:
        self.on_refer(event)
        match event:
            case ChannelDtmfReceived():
                self._pressed(event)
            case PlaybackFinished():
                self._over(event.playback.id, FAILED if event.playback.state == "failed" else 0.0)
            case RecordingFinished() | RecordingFailed():
                self._over(event.recording.name, float(event.recording.duration or 0))
            case ChannelHangupRequest():
                cause = cause_told(event.cause, soft=event.soft, answered=self.ends_with_request)
                self.cause = cause or self.cause
                if self.ends_with_request and cause == NORMAL:
                    self._ended(event)
            case ChannelDestroyed():
                self.cause = event.cause
                self._destroyed.set()
                self._ended(event)
            case StasisEnd():
                self._ended(event)

    def inherited(self) -> None:
        self._is_inherited = True

    def _pressed(self, event: ChannelDtmfReceived) -> None:
        if self._keys.told(event) and self._is_inherited:
            self._is_inherited = False
            stop_all(self._lane, self._playbacks.earlier(self.id))

    def _ended(self, event: Event) -> None:
        self.ended_at = self.ended_at or event.timestamp
        self.lost()

    def lost(self) -> None:
        """The channel is not ours any more."""
        self._end.come()

    def lost_at(self, at: datetime) -> None:
        """It ended with its Asterisk, of which nobody tells."""
        self.ended_at = self.ended_at or at
        self.was_lost = not self.is_gone
        self._destroyed.set()
        self.lost()

    def _over(self, name: str, seconds: float) -> None:
        waiting = self._waits.get(name)
        if waiting is not None and not waiting.done():
            waiting.set_result(seconds)

    async def look_again(self) -> bool:
        """After events were lost: is the channel there (True once it has been answered), is what
        it waits for still going on?"""
        try:
            channel = await self._lane.channels.get(self.id)
        except NotFound:
            self.lost()
            return False
        for name in tuple(self._waits):
            await self._look_for(name)
        return channel.state == UP

    async def _look_for(self, name: str) -> None:
        look = self._lane.playbacks.get if name == self._playing else self._lane.recordings.get_live
        try:
            await look(name)
        except NotFound:
            self._over(name, 0.0)

    # ---- what flows ask ----

    async def gone(self) -> None:
        await asyncio.shield(self._end.future)

    def when_gone(self, told: Callable[[], object]) -> None:
        self._end.when(told)

    async def why_gone(self) -> int | None:
        await self.gone()
        if self.cause is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DYING):
                    await self._destroyed.wait()
        return self.cause

    @property
    def is_gone(self) -> bool:
        return self._end.has_come

    async def answer(self) -> None:
        await self._do(lambda: self._lane.channels.answer(self.id))

    def begin(self, prompts: Sequence[str], language: str) -> None:
        name = self._playbacks.name(self.id)
        try:
            self._opening = self._newcomer.open(self.id, name, prompts, language)
        except Unavailable:
            return  # `play` asks for it again, and has patience
        self._playing = name
        self._expect(name)

    async def begun(self) -> None:
        if self._opening is not None:
            await self._opening.accepted()

    async def play(self, prompts: Sequence[str], language: str, *, until_key: bool = False) -> None:
        if not prompts or (until_key and self._keys):
            await self._close_opening()
            return
        async with self._played(prompts, language) as over:
            ends = (over, self._keys.come()) if until_key else (over,)
            await self._first(*ends, within=LONGEST_PLAY)
        await self._make_up_for(over, language)

    async def ask(self, prompts: Sequence[str], language: str, *, within: float) -> str:
        if prompts and not self._keys:
            async with self._played(prompts, language) as over:
                await self._first(over, self._keys.come(), within=LONGEST_PLAY)
            await self._make_up_for(over, language)
        await self._close_opening()
        if not self._keys:
            await self._first(self._keys.come(), within=within)
        return self._keys.take()

    async def next_key(self) -> str:
        await self._first(self._keys.come(), within=None)
        return self._keys.take()

    def overlook(self, key: str) -> None:
        self._keys.overlook(key)

    async def hush(self) -> None:
        playing = self._playing
        if playing is None:
            return
        with contextlib.suppress(NotFound, AriRefused):
            await repeated(lambda: self._lane.playbacks.stop(playing))
        if (over := self._waits.get(playing)) is not None:
            await self._first(asyncio.shield(over), within=1.0)

    async def start_music(self) -> None:
        self._music = True  # even if nobody waits for the answer: it may be playing from here on
        await self._do(lambda: self._lane.channels.start_moh(self.id))

    async def stop_music(self) -> None:
        if self._music:
            self._music = False
            await self._do(lambda: self._lane.channels.stop_moh(self.id))

    async def record(self, name: str, *, longest: float) -> float:
        over = self._expect(name)
        try:
            await self._do(
                lambda: self._lane.channels.record(
                    self.id,
                    name,
                    "wav",
                    max_duration_seconds=int(longest),
                    max_silence_seconds=SILENCE_ENDS_MESSAGE,
                    if_exists="fail",
                    terminate_on="#",
                )
            )
            await self._first(over, within=longest + 10)
            self._keys.drop_last("#")  # what ended it answers no question
            return over.result() if over.done() else 0.0
        finally:
            self._waits.pop(name, None)

    async def forget_recording(self, name: str) -> None:
        with contextlib.suppress(NotFound, AriRefused, Conflict):
            await repeated(lambda: self._lane.recordings.delete_stored(name))

    async def hang_up(self) -> None:
        self.cause = self.cause or NORMAL
        with contextlib.suppress(NotFound, Unavailable, AriRefused, Conflict):
            await repeated(lambda: self._lane.channels.hangup(self.id, reason="normal"))

    async def set_variable(self, name: str, value: str) -> None:
        await self._do(lambda: self._lane.channels.set_channel_var(self.id, name, value=value))

    async def take(self) -> None:
        await self._do(lambda: self._newcomer.take(self.id))

    async def fall_back(self, why: str, language: str = "") -> None:
        await self.hush()
        await self.set_variable("CC_FALLBACK", why)
        if language:
            await self.set_variable("CC_LANGUAGE", language)
        await self._do(
            lambda: self._lane.channels.continue_in_dialplan(
                self.id, context="app-fallback", extension="s", priority=1
            )
        )

    @contextlib.asynccontextmanager
    async def _played(
        self, prompts: Sequence[str], language: str
    ) -> AsyncIterator["asyncio.Future[float]"]:
        """Starts prompts; the future is done when they are over. Stops them at the end."""
        opening = await self._opening_with(prompts, language)
        name = opening.name if opening else self._playbacks.name(self.id)
        over = self._waits[name] if opening else self._expect(name)
        try:
            self._playing = name
            await self._ask_to_play(name, prompts, language, opening)
            yield over
            if not over.done():
                await self.hush()
        finally:
            if not over.done() and not self.is_gone and self._playing == name:
                await self._stop(name)
            self._waits.pop(name, None)
            if self._playing == name:
                self._playing = None

    async def _make_up_for(self, played: "asyncio.Future[float]", language: str) -> None:
        """For a prompt whose file is gone. One also fails with a hang-up: wait for that."""
        last = played
        for instead in APOLOGIES:
            if not last.done() or last.result() != FAILED or self._keys:
                return
            await self._first(within=UNTIL_GONE)
            log.warning("a prompt could not be played", extra={"channel": self.id})
            async with self._played((instead,), language) as last:
                await self._first(last, self._keys.come(), within=LONGEST_PLAY)

    async def _ask_to_play(
        self, name: str, prompts: Sequence[str], language: str, opening: Opening | None
    ) -> None:
        """What was asked for already is only asked for again when its answer was lost."""
        asked = [opening] if opening else []

        def play() -> Awaitable[object]:
            if asked:
                return self._newcomer.opened(self.id, asked.pop())
            sounds = media(prompts)
            return self._lane.channels.play_with_id(self.id, name, sounds, lang=language)

        await self._do(play)

    async def _opening_with(self, prompts: Sequence[str], language: str) -> Opening | None:
        """The opening if it says just this; another one is over on return."""
        opening = self._opening
        if opening is not None and opening.says(prompts, language):
            self._opening = None
            return opening
        await self._close_opening()
        return None

    async def _close_opening(self) -> None:
        """Who knows the way has pressed a key already, or is spoken to in another language."""
        opening, self._opening = self._opening, None
        if opening is not None:
            await self.hush()
            self._waits.pop(opening.name, None)
            self._playing = None

    async def _stop(self, name: str) -> None:
        with contextlib.suppress(NotFound, Unavailable, AriRefused):
            await self._lane.playbacks.stop(name)

    def _expect(self, name: str) -> "asyncio.Future[float]":
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waits[name] = future
        return future

    async def _first(self, *ways: Awaitable[object], within: float | None) -> None:
        """Until one of them is done or the time is over; CallerHungUp when the channel goes."""
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(
                (*tasks, self._end.future), timeout=within, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for task in tasks:
                if isinstance(task, asyncio.Task):
                    task.cancel()
        if self.is_gone:
            raise CallerHungUp(self.id)

    async def _do(self, operation: Callable[[], Awaitable[object]]) -> None:
        """Repeats with the same ids while the connection is away; already done counts as done.

        Raises:
            CallerHungUp: the channel is gone.
            Unavailable: Asterisk did not answer for seconds.
        """
        if self.is_gone:
            raise CallerHungUp(self.id)
        try:
            await repeated(operation)
        except NotFound as error:
            self.lost()
            raise CallerHungUp(self.id) from error
        except Conflict as conflict:
            await self._excuse(conflict)

    async def _excuse(self, conflict: Conflict) -> None:
        """409: the channel is dying, which its last event is about to say; anything else is raised.

        A prompt ends with the caller's hang-up, and so before it: the next one may be asked for
        while the channel still exists, but is in the application no more.
        """
        try:
            await self._lane.channels.get(self.id)
        except NotFound as error:
            self.lost()
            raise CallerHungUp(self.id) from error
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DYING):
                await self.gone()
        raise CallerHungUp(self.id) if self.is_gone else conflict
