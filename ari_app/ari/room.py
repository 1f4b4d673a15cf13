"""Everything in Asterisk that belongs to one call: its legs, its bridges, its events."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from ari_app.ari.client import Ari
from ari_app.ari.errors import AriRefused, AriUnavailable, InboxOverflow
from ari_app.ari.events import ChannelDestroyed, Event, StasisStart
from ari_app.ari.hearing import Hearing, hearing
from ari_app.ari.leg import AriLeg
from ari_app.ari.playbacks import Playbacks
from ari_app.ari.repeated import repeated
from ari_app.ari.signals import Reconnected
from ari_app.domain.errors import CallerHungUp, Conflict, NotAnswered, NotFound, Unavailable
from ari_app.domain.invitation import Invitation

SUBSCRIBER_ABSENT = 20  # Q.850
REENTRY_SECONDS = 5.0  # the dialplan takes milliseconds


class Party(Protocol):
    """Anything with a channel."""

    @property
    def id(self) -> str: ...


class Room:
    """One inbox for all objects of a call; `run` hands its events to the legs."""

    def __init__(self, ari: Ari, app: str, call_id: str, *, life: int = 0) -> None:
        """Args: life: which one of the engine's."""
        self.app = app
        self._lane = ari.lane(app)
        self._inbox = ari.inbox(f"call {call_id}")
        self._call_id = call_id
        self._playbacks = Playbacks(life)
        self._legs: dict[str, AriLeg] = {}
        self._arrivals: dict[str, asyncio.Future[None]] = {}

    def leg(self, channel_id: str) -> AriLeg:
        """A channel that is in the application already."""
        self._inbox.follow(channel_id)
        leg = self._legs[channel_id] = AriLeg(self._lane, channel_id, self._playbacks)
        return leg

    async def run(self) -> None:
        """Until cancelled. After a loss of events every leg is looked at afresh."""
        while True:
            try:
                event = await self._inbox.next()
            except InboxOverflow:
                self._inbox.reset()
                await self._look_again()
                continue
            if isinstance(event, Reconnected):
                await self._look_again()
            else:
                self._hand_over(event)

    def lost(self, at: datetime) -> None:
        for leg in tuple(self._legs.values()):
            leg.lost_at(at)
            self._arrived(leg.id)

    def close(self) -> None:
        self._inbox.close()

    def hear(self, leg: Party, name: str) -> AbstractAsyncContextManager[Hearing]:
        """What the party says from now on.

        Args:
            name: of this occasion; it never repeats within a call.

        Raises:
            CallerHungUp, Unavailable.
        """
        return hearing(self._lane, self.app, leg.id, name, self._arrival)

    def _arrival(self, channel_id: str) -> Awaitable[None]:
        self._inbox.follow(channel_id)
        future = self._arrivals[channel_id] = asyncio.get_running_loop().create_future()
        return future

    def _hand_over(self, event: Event) -> None:
        if isinstance(event, StasisStart):
            self._arrived(event.channel.id)
        for object_id in event.ids():
            if (leg := self._legs.get(object_id)) is not None:
                leg.on_event(event)
                if isinstance(event, ChannelDestroyed):
                    self._arrived(object_id)

    def _arrived(self, channel_id: str) -> None:
        future = self._arrivals.get(channel_id)
        if future is not None and not future.done():
            future.set_result(None)

    async def _look_again(self) -> None:
        for leg in tuple(self._legs.values()):
            with contextlib.suppress(Unavailable):
                if await leg.look_again() or leg.is_gone:
                    self._arrived(leg.id)

    async def ring(
        self, channel_id: str, invitation: Invitation, asked: Callable[[], object] = bool
    ) -> AriLeg:
        """Rings a phone; the leg once it has answered and is ours. Cancelling stops the ringing.

        Args:
            asked: told when Asterisk has accepted it: the INVITE leaves about then.

        Raises:
            NotAnswered: refused, busy, unreachable, or nobody answered in time.
            Unavailable: Asterisk did not answer.
        """
        leg = self.leg(channel_id)
        arrival = self._arrivals[channel_id] = asyncio.get_running_loop().create_future()
        try:
            await self._originate(channel_id, invitation)
            asked()
            async with asyncio.timeout(invitation.seconds + 5):
                await arrival
        except TimeoutError as error:
            await leg.hang_up()
            raise NotAnswered(channel_id, leg.cause) from error
        except asyncio.CancelledError:
            await asyncio.shield(leg.hang_up())
            raise
        finally:
            self._arrivals.pop(channel_id, None)
        if leg.is_gone:
            raise NotAnswered(channel_id, leg.cause)
        leg.ends_with_request = True
        return leg

    async def reenter(self, leg: Party, context: str) -> AriLeg:
        """Sends a leg through a context of the dialplan that leads it back here; what it was before
        is gone.

        Raises:
            CallerHungUp: on the way.
            Unavailable: Asterisk did not answer, or did not lead it back.
        """
        arrival = self._arrival(leg.id)
        go = self._lane.channels.continue_in_dialplan
        try:
            await repeated(lambda: go(leg.id, context=context, extension="s", priority=1))
            async with asyncio.timeout(REENTRY_SECONDS):
                await arrival
        except (NotFound, Conflict) as error:
            raise CallerHungUp(leg.id) from error
        except TimeoutError as error:
            raise Unavailable(f"{leg.id} did not come back from {context}") from error
        finally:
            self._arrivals.pop(leg.id, None)
        fresh = self.leg(leg.id)
        await fresh.look_again()
        if fresh.is_gone:
            raise CallerHungUp(leg.id)
        return fresh

    async def _originate(self, channel_id: str, invitation: Invitation) -> None:
        try:
            await repeated(
                lambda: self._lane.channels.originate(
                    invitation.endpoint,
                    app=self.app,
                    app_args=f"leg,{self._call_id}",
                    channel_id=channel_id,
                    caller_id=invitation.caller_id,
                    timeout=round(invitation.seconds),
                    originator=invitation.originator or None,
                    variables=invitation.variables,
                )
            )
        except Conflict:
            pass  # it exists: an attempt before a restart got through
        except AriRefused as error:
            raise NotAnswered(channel_id, SUBSCRIBER_ABSENT) from error
        except AriUnavailable as error:
            if error.status is None:
                raise
            # "Allocation failed": there is no such endpoint, or its phone is not registered.
            raise NotAnswered(channel_id, SUBSCRIBER_ABSENT) from error

    async def join(self, bridge_id: str, legs: Sequence[Party], *, mixed: bool = False) -> None:
        bridges, ids, kind = self._lane.bridges, [leg.id for leg in legs], _kind(mixed)
        with contextlib.suppress(Conflict):
            await repeated(lambda: bridges.create_with_id(bridge_id, type=kind, name=bridge_id))
        try:
            await repeated(lambda: bridges.add_channel(bridge_id, ids))
        except (Conflict, AriRefused) as error:
            # 400, 422: a channel is no more, or not in the application any more.
            await self._look_again()
            raise CallerHungUp(bridge_id) from error

    async def close_bridge(self, bridge_id: str, staying: Party) -> None:
        bridges = self._lane.bridges
        # Destroying lets go of the channels some time later. What is played to one of them in
        # between starts in the bridge and never ends, so the one who stays is taken out first.
        with contextlib.suppress(NotFound, AriRefused, Unavailable, Conflict):
            await repeated(lambda: bridges.remove_channel(bridge_id, staying.id))
        with contextlib.suppress(NotFound, AriRefused, Unavailable, Conflict):
            await repeated(lambda: bridges.destroy(bridge_id))


def _kind(mixed: bool) -> str:
    """Two parties are mixed, in linear PCM, only in a bridge that would hand out videos as well
    (bridge_create_common in Asterisk's res_stasis.c). Without videos nothing else differs."""
    return "mixing,video_sfu" if mixed else "mixing"
