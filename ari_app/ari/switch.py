"""Asterisk as recovery sees it: everything there is, and how to tidy up."""

from collections.abc import Sequence

from ari_app.ari.client import Ari
from ari_app.ari.models import Channel
from ari_app.domain.errors import NotFound, Unavailable
from ari_app.domain.inventory import FoundChannel, Inventory


class AriSwitch:
    def __init__(self, ari: Ari, apps: Sequence[str]) -> None:
        self._ari = ari
        self._apps = frozenset(apps)

    async def inventory(self) -> Inventory:
        """Raises: Unavailable."""
        info = await self._ari.asterisk.get_info(only=["status"])
        if info.status is None:
            raise Unavailable("Asterisk does not say when it started")
        channels = await self._ari.channels.list()
        bridges = await self._ari.bridges.list()
        return Inventory(
            started_at=info.status.startup_time,
            channels=[self._found(channel) for channel in channels],
            bridges={bridge.id: bridge.channels for bridge in bridges},
        )

    async def hang_up(self, channel_id: str) -> None:
        try:
            await self._ari.channels.hangup(channel_id)
        except NotFound:
            return

    async def close_bridge(self, bridge_id: str) -> None:
        try:
            await self._ari.bridges.destroy(bridge_id)
        except NotFound:
            return

    def _found(self, channel: Channel) -> FoundChannel:
        place = channel.dialplan
        app, *arguments = (place.app_data or "").split(",")
        if place.app_name != "Stasis" or app not in self._apps:
            return FoundChannel(channel.id, "", ())
        return FoundChannel(channel.id, app, arguments)
