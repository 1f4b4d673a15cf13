"""A private PostgreSQL cluster: own folder, own port, nothing else on the machine touched."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

from ari_app.domain.errors import Unavailable
from ari_app.site.programs import find_postgres
from ari_app.site.users import ServiceUser, private_file, private_folder

SUPERUSER = "postgres"
SOCKET_PATH_LIMIT = 107  # bytes, unix(7)

CONFIGURATION = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
password_encryption = scram-sha-256
shared_buffers = 64MB
fsync = on
synchronous_commit = on
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_line_prefix = '%m [%p] %u@%d '
"""

ACCESS = """\
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


class Postgres:
    """`folder` holds data, log and password; the server outlives the process that starts it."""

    def __init__(
        self, folder: Path, port: int, superuser_password: str, user: ServiceUser | None = None
    ) -> None:
        self.folder = folder
        self.port = port
        self._password = superuser_password
        self._user = user
        self._data = folder / "data"
        self._programs = find_postgres()

    def url(self, database: str = "postgres") -> str:
        """As the superuser, who alone may make databases and roles."""
        return f"postgresql://{SUPERUSER}:{self._password}@127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int | None:
        """Of the postmaster; None when there is none. It lives in the folder of its data, which
        tells it from a process that got its id after a power cut."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
            home = Path(f"/proc/{pid}/cwd").resolve(strict=True)
        except (OSError, ValueError):
            return None
        return pid if home == self._data.resolve() else None

    async def init(self) -> None:
        """Makes the cluster unless it is there; configuration is written anew either way.

        Raises:
            Unavailable: initdb failed, with its reason.
        """
        private_folder(self.folder, self._user)
        if not self._data.exists():
            await self._make_cluster()
        sockets = self.folder if len(os.fsencode(self.folder)) < SOCKET_PATH_LIMIT - 20 else ""
        text = CONFIGURATION.format(port=self.port, sockets=sockets)
        private_file(self._data / "postgresql.auto.conf", text, self._user)
        private_file(self._data / "pg_hba.conf", ACCESS, self._user)

    async def _make_cluster(self) -> None:
        secret = self.folder / "password"
        private_file(secret, self._password, self._user)
        fresh = self.folder / "data.new"  # whoever dies in the middle leaves no half a cluster
        await asyncio.to_thread(shutil.rmtree, fresh, ignore_errors=True)
        try:
            await self._run(
                "initdb",
                *("--pgdata", str(fresh), "--username", SUPERUSER),
                *("--pwfile", str(secret), "--auth", "scram-sha-256"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8"),
            )
            fresh.rename(self._data)
        finally:
            secret.unlink()

    async def start(self, within: float = 30.0) -> None:
        """Returns once it accepts connections; does nothing when it runs already.

        Raises:
            Unavailable: it did not start, with the end of its log.
        """
        if self.pid is not None:
            return
        log = self.folder / "postgres.log"
        arguments = ("start", "--pgdata", str(self._data), "--log", str(log), "--wait")
        try:
            await self._run("pg_ctl", *arguments, "--timeout", str(int(within)))
        except Unavailable as error:
            raise Unavailable(f"{error}: {_last_lines(log, 6)}") from error

    async def stop(self, within: float = 30.0) -> None:
        """Ends sessions at once but keeps every commit; does nothing when it is stopped."""
        if self.pid is None:
            return
        arguments = ("stop", "--pgdata", str(self._data), "--mode", "fast", "--wait")
        await self._run("pg_ctl", *arguments, "--timeout", str(int(within)))

    async def is_ready(self) -> bool:
        try:
            await self._run("pg_isready", "--host", "127.0.0.1", "--port", str(self.port))
        except Unavailable:
            return False
        return True

    async def _run(self, program: str, *arguments: str) -> None:
        """pg_ctl leaves the server with our output, so that must not be a pipe we wait for."""
        options = self._user.process_options if self._user else {}
        said = self.folder / f"{program}.out"
        with said.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                self._programs / program,
                *arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                **options,
            )
            status = await process.wait()
        if status != 0:
            raise Unavailable(f"{program} failed: {_last_lines(said)}")


def _last_lines(path: Path, count: int = 3) -> str:
    try:
        return " | ".join(path.read_text(errors="replace").strip().splitlines()[-count:])
    except FileNotFoundError:
        return ""
