"""Waiting in a queue: music and announcements beside a place in line, keys always heard."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from ari_app.domain.acd.comfort import Comfort, Schedule
from ari_app.domain.acd.overflow import SentOn
from ari_app.domain.errors import Unavailable
from ari_app.domain.facts import EventType
from ari_app.domain.flow import Queue, WayKind
from ari_app.domain.speech import Language, Words, estimated_wait, key_name, position
from ari_app.flows.active import ActiveCall
from ari_app.flows.beside import beside
from ari_app.ports import Place, QueueLimits, Reached

TOO_LONG = "timeout"
AGAIN_SECONDS = 1.0
PLACE = ("you-are-number",)
CHOICES: Mapping[WayKind, str] = {
    WayKind.CALLBACK: "press-for-a-callback",
    WayKind.MAILBOX: "press-to-leave-a-message",
    WayKind.OTHER_QUEUE: "press-for-another-service",
    WayKind.MENU: "press-for-the-menu",
}


class Waiting:
    """Ends with the agent who answered, with a key that leads out, with where the queue sends the
    caller, or with `timeout`."""

    def __init__(
        self,
        call: ActiveCall,
        node: Queue,
        place: Place,
        limits: QueueLimits,
        *,
        resumed: bool,
        says: Words = (),
    ) -> None:
        """
        Args:
            resumed: the caller waits already, and has been told so.
            says: first of all, to who is not resumed.
        """
        self._says = says
        self._resumed = resumed
        self._call = call
        self._node = node
        self._place = place
        self._limits = limits

    async def until_over(self) -> Reached | SentOn | str:
        await asyncio.sleep(0)  # an offer that was made already leaves before all this is begun
        async with beside(self._announcing(), f"announce {self._call.facts.id}"):
            end = await self._first_end()
        await self._call.leg.hush()
        await self._call.leg.stop_music()
        return end

    async def _first_end(self) -> Reached | SentOn | str:
        """Whichever comes first; an agent who answers in the same instant wins over the rest."""
        async with (
            beside(self._place.agent(), f"agent for {self._call.facts.id}") as agent,
            beside(self._way_out(), f"keys of {self._call.facts.id}") as key,
            beside(self._place.sent_on(), f"overflow of {self._call.facts.id}") as sent_on,
        ):
            ends = (agent, key, sent_on)
            patience = self._limits.max_wait
            await asyncio.wait(ends, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            return next((end.result() for end in ends if end.done()), TOO_LONG)

    async def _way_out(self) -> str:
        while True:
            key = await self._call.leg.next_key()
            self._call.pressed(key)
            if key in self._node.keys:
                return key

    async def _announcing(self) -> None:
        """That everybody is busy, then now and then the place in line and the queue's messages."""
        limits, call = self._limits, self._call
        if not self._resumed:
            with suppress(Unavailable):
                await call.say((*self._says, *self._node.prompts))
        await call.line.unhurried()  # who is offered to an agent at once needs no music yet
        await self._play_music()
        places = Comfort(PLACE, limits.first_word_after, limits.announce_every)
        # Who waits already has heard the first word; what comes later begins anew.
        waited = limits.first_word_after if self._resumed else 0.0
        began = call.clock.monotonic() - waited
        schedule, is_first = Schedule((places, *limits.comfort), waited), not self._resumed
        while coming := schedule.next():
            due, what = coming
            await asyncio.sleep(began + due - call.clock.monotonic())
            if what is places:
                node = self._node
                await self._announce(
                    node.busy_prompts if is_first else node.comfort_prompts,
                    self._choices() if is_first else (),
                )
                is_first = False
            else:
                await self._interrupt(what.prompts)
            schedule.said(call.clock.monotonic() - began)

    async def _announce(self, before: Words, after: Words) -> None:
        await self._interrupt((*before, *self._outlook(), *after))

    def _choices(self) -> Words:
        """The ways out of waiting, each with its key."""
        said: Words = ()
        for key, way in self._call.ways_out.items():
            if way.kind in CHOICES:
                said = (*said, CHOICES[way.kind], key_name(key))
        return said

    async def _interrupt(self, prompts: Sequence[str]) -> None:
        """While Asterisk cannot be reached nothing is said; the next word comes in its turn."""
        with suppress(Unavailable):
            await self._call.leg.stop_music()
            await self._call.say(prompts)
        await self._play_music()

    async def _play_music(self) -> None:
        """As often as it takes: whoever waits in silence believes to be forgotten."""
        while True:
            with suppress(Unavailable):
                return await self._call.leg.start_music()
            await asyncio.sleep(AGAIN_SECONDS)

    def _outlook(self) -> Words:
        """The place in line, and how long it still takes if that can be said."""
        number, seconds = self._place.position, self._place.promise()
        language: Language = self._call.language  # type: ignore[assignment]
        words = ("you-are-number", *position(number, language), "in-the-queue")
        if seconds is None:
            self._call.happened(EventType.ANNOUNCED, position=number)
            return words
        self._call.happened(EventType.ANNOUNCED, position=number, seconds=seconds)
        return (*words, "estimated-wait", *estimated_wait(seconds, language))
