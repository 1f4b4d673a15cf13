"""Flows that are live for the length of a test, by the commands' own way to PostgreSQL."""

from ari_app.commands.flow.publishing import taken
from ari_app.domain.flow_files import FlowFiles
from ari_app.store import flow_versions
from ari_app.store.flow_versions import Wish
from tests.lab.hotline import Hotline


class Publisher:
    """Without asking anybody."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline

    async def files(self) -> FlowFiles:
        """Those that are live."""
        async with self._hotline.lab.database() as db:
            live = await flow_versions.latest(db)
            assert live is not None
            return await flow_versions.files(db, live.version)

    async def publish(self, files: FlowFiles) -> int:
        """Returns once the engine has it."""
        async with self._hotline.lab.database() as db:
            live = await flow_versions.latest(db)
            seen = live.number if live else None
            wish = Wish(files=files, who="tester", why="a test", seen=seen)
            number = await flow_versions.publish(db, wish)
        assert await taken(self._hotline.lab.site, number) == "taken"
        return number
