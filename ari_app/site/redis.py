"""A private Redis: own folder and port, nothing on disk, for it can be rebuilt at any time."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path

from ari_app.domain.errors import BadSettings, Unavailable
from ari_app.site.programs import find_redis
from ari_app.site.users import ServiceUser, private_file, private_folder

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
pidfile {folder}/redis.pid
logfile {folder}/redis.log
daemonize yes
save ""
appendonly no
"""


class Redis:
    """The server outlives the process that starts it."""

    def __init__(
        self, folder: Path, port: int, password: str, user: ServiceUser | None = None
    ) -> None:
        self.folder = folder
        self.port = port
        self._password = password
        self._user = user

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    async def init(self) -> None:
        private_folder(self.folder, self._user)
        text = CONFIGURATION.format(port=self.port, password=self._password, folder=self.folder)
        private_file(self.folder / "redis.conf", text, self._user)

    async def start(self, within: float = 10.0) -> None:
        """Returns once it answers; does nothing when it runs already.

        Raises:
            Unavailable: it did not start, with the end of its log.
        """
        if await self.is_ready():
            return
        process = await asyncio.create_subprocess_exec(
            "redis-server",  # the program looks at its own name to know what it is
            str(self.folder / "redis.conf"),
            executable=_program(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            **(self._user.process_options if self._user else {}),
        )
        await process.wait()
        if not await self._becomes(ready=True, within=within):
            raise Unavailable(f"redis-server did not start: {self._last_words()}")

    async def stop(self, within: float = 10.0) -> None:
        """Asks it over its own protocol, so that no other process can be meant."""
        with contextlib.suppress(OSError):
            await self._ask("SHUTDOWN NOSAVE")
        if not await self._becomes(ready=False, within=within):
            raise Unavailable("redis-server does not stop")

    async def is_ready(self) -> bool:
        try:
            async with asyncio.timeout(1.0):
                return b"+PONG" in await self._ask("PING")
        except (OSError, TimeoutError):
            return False

    async def _becomes(self, *, ready: bool, within: float) -> bool:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if await self.is_ready() is ready:
                return True
            await asyncio.sleep(0.02)
        return False

    async def _ask(self, command: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"AUTH {self._password}\r\n{command}\r\nQUIT\r\n".encode())
            return await reader.read()
        finally:
            writer.close()

    def _last_words(self) -> str:
        try:
            return " | ".join((self.folder / "redis.log").read_text().splitlines()[-3:])
        except FileNotFoundError:
            return "it left no log"


def _program() -> Path:
    """redis-server, or its twin in redis-tools: the same file under another name."""
    try:
        return find_redis()
    except BadSettings:
        twin = shutil.which("redis-check-rdb")
        if twin is None:
            raise
        return Path(os.path.realpath(twin))
