"""Everything of one site, started and stopped in order; each part green or with a reason."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from agi.probe import ping
from ari_app.domain.errors import BadSettings, HotlineError, Unavailable
from ari_app.site import e1, ports
from ari_app.site.alone import alone
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
from ari_app.site.users import ServiceUser, private_folder, service_user
from ari_app.store.db import Connection, allow_logins, connector, ensure_database
from ari_app.store.migrate import migrate
from ari_app.store.seed import seed

Progress = Callable[[str], None]
BeforeEngine = Callable[[Connection], Awaitable[None]]
DATABASE = "hotline"
READY_SECONDS = 20.0
STALE_SECONDS = 15.0  # the watchdog says something every second, or every five without Asterisk


@dataclass(frozen=True, slots=True)
class Part:
    """How one part is: `reason` says what is wrong and what to do."""

    name: str
    ok: bool
    reason: str = ""


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
        await asyncio.to_thread(self.asterisk.publish_sounds, SOURCE / "sounds" / "generated")
        await asyncio.to_thread(self.asterisk.start)

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
            for folder in (self.site.journal, self.site.recordings / "archive"):
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

    async def status(self) -> AsyncIterator[Part]:
        for name, look in (
            ("PostgreSQL", self._postgres_part),
            ("Redis", self._redis_part),
            ("Asterisk", self._asterisk_part),
            *([("E1", self._e1_part)] if self.choices.e1 else []),
            ("agi", self._agi_part),
            ("watchdog", self._watchdog_part),
            ("ari_app", self._engine_part),
        ):
            try:
                yield Part(name, ok=True, reason=await look())
            except (HotlineError, OSError, TimeoutError, aiohttp.ClientError) as error:
                yield Part(name, ok=False, reason=str(error) or type(error).__name__)

    async def _postgres_part(self) -> str:
        connection = await connector(self.site.database_url, within=2.0)()
        try:
            return f"version {await connection.fetchval('SHOW server_version')}"
        finally:
            await connection.close()

    async def _redis_part(self) -> str:
        if not await self.redis.is_ready():
            raise Unavailable("does not answer; calls go on, the live view is stale: `hotline up`")
        return f"port {self.site.ports.redis}"

    async def _asterisk_part(self) -> str:
        shown = await asyncio.to_thread(self.asterisk.console, "core show channels count")
        if not shown:
            raise Unavailable("does not answer, nobody can call: `hotline up`")
        calls = next((line for line in shown.splitlines() if "active call" in line), "")
        return f"version {self.program.version.partition('+')[0]}, {calls}"

    async def _e1_part(self) -> str:
        return e1.judge(await asyncio.to_thread(self.asterisk.console, e1.QUESTION))

    async def _agi_part(self) -> str:
        if not await self._agi_answers():
            raise Unavailable("does not answer, calls take the default route: `hotline up`")
        return f"port {self.site.ports.agi}"

    async def _watchdog_part(self) -> str:
        if (pid := self.watchdog.pid()) is None:
            raise Unavailable(
                "is not running; a call ari_app does not take waits for ever: `hotline up`"
            )
        health = self._watchdog_health(pid)
        if not health or time.time() - health["at"] > STALE_SECONDS:
            raise Unavailable(f"says nothing; see {self.watchdog.log_file}")
        if not health["ok"]:
            raise Unavailable(health["reason"])
        if held := health["held_without_engine"]:
            return f"{held} callers wait for ari_app to come back"
        return f"{health['counters']['rescued']} callers rescued"

    def _watchdog_health(self, pid: int) -> dict[str, Any]:
        """What this very process said last; empty when it has not said anything yet."""
        try:
            health: dict[str, Any] = msgspec.json.decode(self.site.watchdog_health.read_bytes())
        except (FileNotFoundError, msgspec.DecodeError):
            return {}
        return health if health["pid"] == pid else {}

    async def _watchdog_looks(self) -> bool:
        pid = self.watchdog.pid()
        return pid is not None and bool(self._watchdog_health(pid).get("ok"))

    async def _engine_part(self) -> str:
        if self.engine.pid() is None:
            raise Unavailable("is not running, callers hear the fallback: `hotline up`")
        health = await self.health()
        if not health["ready"]:
            missing = [name for name, ok in health["parts"].items() if not ok]
            raise Unavailable(f"is not ready: {', '.join(missing)}")
        return f"{health['live_calls']} live calls"

    async def health(self) -> dict[str, Any]:
        """What the engine says of itself; an aiohttp error when it does not answer."""
        address = f"http://127.0.0.1:{self.site.ports.web}/readyz"
        timeout = aiohttp.ClientTimeout(total=3)
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(address) as answer:
            health: dict[str, Any] = await answer.json()
            return health

    async def _engine_ready(self) -> bool:
        try:
            return bool((await self.health())["ready"])
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _agi_answers(self) -> bool:
        try:
            await ping("127.0.0.1", self.site.ports.agi)
        except Unavailable:
            return False
        return True
