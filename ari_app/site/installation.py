"""Everything of one site, started and stopped in order."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from ari_app.domain.errors import BadSettings, Unavailable
from ari_app.site import ports
from ari_app.site.alone import alone
from ari_app.site.asked import agi_answers, engine_health, engine_is_ready, watchdog_health
from ari_app.site.asterisk import Asterisk, product_asterisk
from ari_app.site.choices import Choices, example
from ari_app.site.environment_file import environment_of
from ari_app.site.kept import Kept
from ari_app.site.layout import SOURCE, Site
from ari_app.site.postgres import Postgres
from ari_app.site.processes import Background
from ari_app.site.programs import find_asterisk
from ari_app.site.reach import hand_over, obstacle
from ari_app.site.redis import Redis
from ari_app.site.room import need_room
from ari_app.site.status import Part, Status
from ari_app.site.users import ServiceUser, private_folder, service_user
from ari_app.sounds.takes import Takes
from ari_app.store import hours
from ari_app.store.db import Connection, allow_logins, connector, ensure_database
from ari_app.store.migrate import migrate
from ari_app.store.seed import seed

Progress = Callable[[str], None]
BeforeEngine = Callable[[Connection], Awaitable[None]]
DATABASE = "hotline"
READY_SECONDS = 20.0


def _quietly(text: str) -> None:
    """Nobody watches."""


def _chosen(site: Site) -> tuple[Choices, list[str]]:
    """Who only looks or stops goes on with the defaults when hotline.env is wrong."""
    try:
        return site.choices(), []
    except BadSettings as bad:
        return Choices(), list(bad.problems)


class Installation:
    def __init__(self, site: Site, *, keep: bool = True) -> None:
        """
        Args:
            keep: start agi, ari_app and the watchdog again when they die.

        Raises:
            BadSettings: a program is missing; says what to run.
        """
        self.site = site
        self.keep = keep
        self.program = find_asterisk()
        self.asterisk_user = service_user(("asterisk", "hotline"))
        self.choices, self._wrong = _chosen(site)
        self._obstacle: str | None = None  # not looked yet
        self.asterisk: Asterisk = product_asterisk(
            site, self.program, self.asterisk_user, self.choices
        )
        self.postgres = Postgres(
            site.postgres, site.ports.postgres, site.secrets.postgres, service_user(("postgres",))
        )
        self.redis = Redis(
            site.redis, site.ports.redis, site.secrets.redis, service_user(("redis",))
        )
        self.agi = Kept("agi", site.run, site.log)
        self.watchdog = Kept("watchdog", site.run, site.log)
        self.engine = Kept("ari_app", site.run, site.log)

    # ---- starting ----

    async def up(
        self,
        say: Progress = _quietly,
        *,
        note: Progress = _quietly,
        sample: bool = True,
        before_engine: BeforeEngine | None = None,
    ) -> None:
        """Starts what does not run yet. Safe to repeat.

        Args:
            say: is told each part as it begins.
            note: is told what the operator should know though it is no error.
            sample: put sample agents, queues and customers into an empty database.
            before_engine: run on the prepared database, as its owner.

        Raises:
            BadSettings: hotline.env; nothing was started.
            Unavailable: a part did not start; says which, why and what to do.
        """
        with alone(self.site.working, "hotline up"):
            self.need_choices()
            need_room(self.site.folder)
            if not self.site.choices_file.exists():
                self.site.choices_file.write_text(example(), encoding="utf-8")
            if note is not _quietly and (why := await self._told_obstacle()):
                note(why)
            for name, start in (
                ("PostgreSQL", self.start_postgres),
                ("database", lambda: self._prepare_database(sample, before_engine)),
                ("Redis", self.start_redis),
                ("Asterisk", self.start_asterisk),
                ("agi", self.start_agi),
                ("watchdog", self.start_watchdog),
                ("ari_app", self.start_engine),
            ):
                say(name)
                await start()

    async def restart(self, names: Iterable[str], say: Progress = _quietly) -> None:
        """Stops and starts these of asterisk, agi, watchdog and engine, in this order.

        Raises:
            BadSettings: hotline.env; nothing was stopped.
            Unavailable: one did not start again.
        """
        wanted = set(names)
        with alone(self.site.working, "hotline restart"):
            self.need_choices()
            for name, stop, start in (
                ("asterisk", self.asterisk.stop, self.start_asterisk),
                ("agi", self.agi.stop, self.start_agi),
                ("watchdog", self.watchdog.stop, self.start_watchdog),
                ("engine", self.engine.stop, self.start_engine),
            ):
                if name in wanted:
                    say(name)
                    await asyncio.to_thread(stop)
                    await start()

    async def runs(self) -> bool:
        """Is any part of the site there?"""
        processes = (self.engine, self.agi, self.watchdog, self.asterisk.process)
        return (
            any(process.pid() is not None for process in processes)
            or self.postgres.pid is not None
            or await self.redis.is_ready()
        )

    def need_choices(self) -> None:
        """Raises: BadSettings when hotline.env is wrong."""
        if self._wrong:
            raise BadSettings(self._wrong)

    async def start_postgres(self) -> None:
        if self.postgres.pid is None:
            self._need_port("PostgreSQL", self.site.ports.postgres)
        await self.postgres.init()
        await self.postgres.start()

    async def _prepare_database(self, sample: bool, before_engine: BeforeEngine | None) -> None:
        await ensure_database(self.postgres.url(), DATABASE)
        await migrate(self.site.owner_url)
        secrets = self.site.secrets
        connection = await connector(self.site.owner_url, within=5.0)()
        try:
            await allow_logins(
                connection, (("hotline_engine", secrets.engine), ("hotline_agi", secrets.agi))
            )
            if sample and not await connection.fetchval("SELECT EXISTS (SELECT FROM agent)"):
                phones = {int(phone.extension): phone.name for phone in self.site.state.phones}
                async with connection.transaction():  # all of it, or a next `up` tries again
                    await seed(connection, phones)
            today = datetime.now(UTC).date()
            if not await hours.listed(connection, "day >= $1", today):
                await hours.fill(connection, today)
            if before_engine is not None:
                await before_engine(connection)
        finally:
            await connection.close()

    async def start_redis(self) -> None:
        if not await self.redis.is_ready():
            self._need_port("Redis", self.site.ports.redis)
        await self.redis.init()
        await self.redis.start()

    async def start_asterisk(self) -> None:
        if self.asterisk.process.pid() is not None:
            return
        self._need_port("Asterisk's sip", self.site.ports.sip, self.choices.sip_bind)
        for name in ("http", "ami"):
            self._need_port(f"Asterisk's {name}", getattr(self.site.ports, name))
        for name in ("spool", "messages", "archive"):
            (self.site.recordings / name).mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(self.asterisk.render)
        await asyncio.to_thread(self.publish_prompts)
        await asyncio.to_thread(self.asterisk.start)

    def publish_prompts(self) -> list[str]:
        """What was made, and what people recorded here; returns what callers hear anew."""
        generated = SOURCE / "sounds" / "generated"
        return self.asterisk.publish_sounds(generated, Takes(self.site.prompts))

    async def start_agi(self) -> None:
        if self.agi.pid() is None:
            self._need_port("agi", self.site.ports.agi)
        await self._serve(self.agi, self._agi_answers)

    async def start_watchdog(self) -> None:
        await self._serve(self.watchdog, self._watchdog_looks)

    async def start_engine(self) -> None:
        if self.engine.pid() is None:
            self._need_port("ari_app", self.site.ports.web)
        await self._serve(self.engine, self._engine_ready)

    async def _serve(self, process: Kept, ready: Callable[[], Awaitable[bool]]) -> None:
        """Runs the module of the process's name; it is kept from when it is ready."""
        passed = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
        settings = environment_of(self.site, process.name)
        environment = {**passed, "PYTHONPATH": str(SOURCE), **settings}
        command = (sys.executable, "-m", process.name)
        user = await self._programs_user()
        private_folder(self.site.journal, None)
        if user is not None:
            for folder in (self.site.journal, self.site.recordings / "archive", self.site.prompts):
                await asyncio.to_thread(hand_over, folder, user)
            await asyncio.to_thread(hand_over, self.site.recordings, user)
        run_as = (user.uid, user.gid) if user else None
        process.start(command, environment, run_as)
        await self._until(ready, process)
        if self.keep:
            process.keep(command, environment, run_as)

    async def _programs_user(self) -> ServiceUser | None:
        """Asterisk's, so that recordings are theirs as well; ours where that one cannot go."""
        if self._obstacle is None:
            user = self.asterisk_user
            self._obstacle = await asyncio.to_thread(obstacle, user) if user else ""
        return None if self._obstacle else self.asterisk_user

    async def _told_obstacle(self) -> str:
        if await self._programs_user() or not self.asterisk_user:
            return ""
        user = self.asterisk_user.name
        return f"agi, watchdog and ari_app run as root: {user} cannot run them ({self._obstacle})"

    def _need_port(self, name: str, port: int, host: str = "127.0.0.1") -> None:
        if not ports.is_free(port, host):
            where = "" if host == "127.0.0.1" else f", or {host} is no address of this machine"
            raise Unavailable(
                f"{name}: port {port} is taken by another program{where}; stop that program, or"
                " `hotline down` and `hotline up --new-ports`"
            )

    async def _until(self, ready: Callable[[], object], process: Background) -> None:
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        while not await ready():  # type: ignore[misc]
            process.check_alive()
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable(
                    f"{process.name} is not ready after {READY_SECONDS:g} s:"
                    f" {process.last_words()}; see {process.log_file}"
                )
            await asyncio.sleep(0.05)

    # ---- stopping ----

    async def down(self, say: Progress = _quietly) -> None:
        """Stops everything that runs, callers' side first.

        Raises:
            Unavailable: another command starts or stops parts of this site.
        """
        with alone(self.site.working, "hotline down"):
            for process in (self.engine, self.agi, self.watchdog):
                say(process.name)
                await asyncio.to_thread(process.stop)
            say("Asterisk")
            await asyncio.to_thread(self.asterisk.stop)
            say("Redis")
            await self.redis.stop()
            say("PostgreSQL")
            await self.postgres.stop()

    # ---- looking ----

    def status(self) -> AsyncIterator[Part]:
        return Status(self).parts()

    async def health(self) -> dict[str, Any]:
        """What the engine says of itself; an aiohttp error when it does not answer."""
        return await engine_health(self.site)

    async def _agi_answers(self) -> bool:
        return await agi_answers(self.site)

    async def _watchdog_looks(self) -> bool:
        pid = self.watchdog.pid()
        return pid is not None and bool(watchdog_health(self.site.watchdog_health, pid).get("ok"))

    async def _engine_ready(self) -> bool:
        return await engine_is_ready(self.site)
