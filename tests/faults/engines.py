"""Engines beside the site's own: a second one by mistake, and one that dies at a chosen point."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from ari_app.lab.lab import Lab, until
from ari_app.site.environment_file import environment_of
from ari_app.site.kept import CALLERS_FIRST
from ari_app.site.layout import SOURCE
from ari_app.site.ports import free_ports
from ari_app.site.processes import Background
from ari_app.site.users import private_folder

READY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class SecondEngine:
    """On the same Asterisk and database, as one of another machine would be."""

    process: Background
    web_port: int

    @classmethod
    async def start(cls, lab: Lab, *, elsewhere: bool) -> "SecondEngine":
        """Args: elsewhere: with a state folder of its own, else with the first one's."""
        user = await lab.installation._programs_user()
        (port,) = free_ports(1)
        own = {"HOTLINE_WEB_PORT": str(port)}
        if elsewhere:
            folder = lab.site.folder / "state-elsewhere"
            await asyncio.to_thread(private_folder, folder, user)
            own["HOTLINE_STATE"] = str(folder)
        process = Background("second", lab.site.run, lab.site.log, nice=CALLERS_FIRST)
        environment = {**engine_environment(lab), **own}
        run_as = (user.uid, user.gid) if user else None
        process.start((sys.executable, "-m", "ari_app"), environment, run_as)
        return cls(process, port)

    async def until_ready(self) -> None:
        await until(self._is_ready, READY_SECONDS, "the second engine is ready")

    async def _is_ready(self) -> bool:
        url = f"http://127.0.0.1:{self.web_port}/readyz"
        try:
            async with aiohttp.ClientSession() as http, http.get(url) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


async def arm(lab: Lab, point: str) -> Path:
    """As `start_armed`, in the place of the engine that runs."""
    await asyncio.to_thread(lab.installation.engine.kill)
    return await start_armed(lab, point)


async def until_dead(lab: Lab, point: str, within: float = 40.0) -> None:
    """Raises: TimeoutError names the point."""

    async def is_dead() -> bool:
        return lab.installation.engine.pid() is None

    await until(is_dead, within, f"an engine dies at {point}")


async def start_armed(lab: Lab, point: str) -> Path:
    """The site's own engine, which dies when it reaches `point`, once the file is there that this
    returns the path of."""
    installation = lab.installation
    user = await installation._programs_user()
    go = lab.site.run / "armed"
    go.unlink(missing_ok=True)
    command = (sys.executable, "-m", "tests.faults.armed", point, str(go))
    run_as = (user.uid, user.gid) if user else None
    installation.engine.start(command, engine_environment(lab), run_as)
    await installation._until(installation._engine_ready, installation.engine)
    return go


def engine_environment(lab: Lab) -> Mapping[str, str]:
    passed = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return {**passed, "PYTHONPATH": str(SOURCE), **environment_of(lab.site, "ari_app")}
