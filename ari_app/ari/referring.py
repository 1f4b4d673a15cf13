"""What a phone asks for with REFER, and what it is told of it."""

import asyncio
import contextlib
from collections import deque
from datetime import datetime

from ari_app.ari.client import Lane
from ari_app.ari.errors import AriRefused
from ari_app.ari.events import ChannelTransfer, Event
from ari_app.ari.repeated import repeated
from ari_app.domain.errors import Conflict, NotFound, Unavailable
from ari_app.domain.transfer import Wish

KEPT_REFERS = 4


class Referring:
    """A channel whose REFER Asterisk hands over, PJSIP_TRANSFER_HANDLING(ari-only)."""

    def __init__(self, lane: Lane, channel_id: str) -> None:
        self.id = channel_id
        self._lane = lane
        self._refers: deque[tuple[datetime, Wish]] = deque(maxlen=KEPT_REFERS)
        self._refer_came = asyncio.Event()

    def on_refer(self, event: Event) -> None:
        """Once, as keys; any other event is nothing. With a state it is what we said ourselves."""
        if not isinstance(event, ChannelTransfer) or event.state is not None:
            return
        if any(at == event.timestamp for at, _ in self._refers):
            return
        asked, other = event.refer_to.requested_destination, event.refer_to.destination_channel
        replaces = other.id if other else ("" if asked.protocol_id else None)
        self._refers.append((event.timestamp, Wish(asked.destination or "", replaces)))
        self._refer_came.set()

    async def transfer_asked(self) -> Wish:
        await self._refer_came.wait()
        self._refer_came.clear()
        return self._refers[-1][1]

    async def decline_what_nobody_heard(self) -> None:
        if not self._refers:
            await self.answer_transfer(accepted=False)

    async def answer_transfer(self, accepted: bool) -> None:
        said = "channel_answered" if accepted else "channel_declined"
        with contextlib.suppress(NotFound, Unavailable, AriRefused, Conflict):
            await repeated(lambda: self._lane.channels.transfer_progress(self.id, said))
