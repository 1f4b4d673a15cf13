"""Asterisk as recovery and unsticking see it: everything there is, and how to tidy up.

A channel or bridge that is gone needs nothing done to it. Each method raises Unavailable when
Asterisk does not answer; commands raise AriRefused for a channel that no application has.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta

from ari_app.ari.client import Ari
from ari_app.ari.models import Channel
from ari_app.domain.errors import NotFound, Unavailable
from ari_app.domain.inventory import FoundChannel, Inventory

STEP_SECONDS = 5.0
QUALIFIED = timedelta(seconds=20)  # each phone is asked every 15, see pjsip.conf


class AriSwitch:
    def __init__(self, ari: Ari, apps: Sequence[str]) -> None:
        self._ari = ari
        self._apps = tuple(apps)

    async def started_at(self) -> datetime:
        """Another time than before: another Asterisk, without any of the calls."""
        info = await self._ari.asterisk.get_info(only=["status"])
        if info.status is None:
            raise Unavailable("Asterisk does not say when it started")
        return info.status.startup_time

    async def live_channels(self) -> frozenset[str]:
        return frozenset(channel.id for channel in await self._ari.channels.list())

    async def follow_phone(self, phone: str) -> None:
        """One application hears of its registrations. Raises: HotlineError."""
        app = self._apps[0]
        await self._ari.lane(app).applications.subscribe(app, f"endpoint:PJSIP/{phone}")

    async def phones(self, now: datetime) -> Mapping[str, str]:
        """SIP endpoint -> online, or anything else. An Asterisk that has just started has not asked
        every phone yet and calls those offline: they are left out."""
        knows_all = now - await self.started_at() > QUALIFIED
        return {
            found.resource: found.state or "unknown"
            for found in await self._ari.endpoints.list_by_tech("PJSIP")
            if knows_all or found.state == "online"
        }

    async def inventory(self) -> Inventory:
        started_at = await self.started_at()
        channels = await self._ari.channels.list()
        bridges = await self._ari.bridges.list()
        return Inventory(
            started_at=started_at,
            channels=[self._found(channel) for channel in channels],
            bridges={bridge.id: bridge.channels for bridge in bridges},
        )

    async def hang_up(self, channel_id: str) -> None:
        await _within(self._ari.channels.hangup(channel_id, reason="normal"))

    async def to_fallback(self, channel_id: str) -> None:
        """The dialplan serves it with Asterisk alone."""
        channels = self._ari.channels
        await _within(
            channels.continue_in_dialplan(
                channel_id, context="app-fallback", extension="s", priority=1
            )
        )

    async def close_bridge(self, bridge_id: str) -> None:
        await _within(self._ari.bridges.destroy(bridge_id))

    def _found(self, channel: Channel) -> FoundChannel:
        place = channel.dialplan
        app, *arguments = (place.app_data or "").split(",")
        if place.app_name != "Stasis" or app not in self._apps:
            return FoundChannel(channel.id, "", ())
        return FoundChannel(channel.id, app, arguments)


async def _within(work: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(STEP_SECONDS):
            await work
    except TimeoutError as error:
        raise Unavailable("Asterisk does not answer") from error
    except NotFound:
        return
