"""Builds the engine from its parts, connects them, and runs it until a signal ends it."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ari_app import outbound_parts, sound_parts
from ari_app.ari import Ari, Hooks
from ari_app.ari.events import ContactStatusChange, Event, StasisStart
from ari_app.ari.options import UNREAD, Options
from ari_app.ari.room import Room
from ari_app.ari.switch import AriSwitch
from ari_app.domain.errors import Unavailable
from ari_app.domain.facts import Outcome
from ari_app.domain.recording import EndedRecording
from ari_app.domain.skill import LANGUAGE_SKILLS
from ari_app.gauges import gauges
from ari_app.observed import Observed
from ari_app.ports import Enquiries
from ari_app.settings import Settings
from ari_app.store import agents, callbacks, queues, routes, storms
from ari_app.store.db import Db, Pool, ask, connector
from ari_app.store.journal import Journal
from ari_app.store.lease import Lease
from ari_app.store.news import listen
from ari_app.wall import Wall
from ari_app.web.control import Control
from ari_app.web.health import HealthServer
from ari_app.web.metrics import MetricsPage
from ari_app.workers import ownership
from ari_app.workers.agent_orders import AgentOrders
from ari_app.workers.asterisk_seen import AsteriskSeen
from ari_app.workers.audit_checks import Checks, Sources
from ari_app.workers.audit_files import AuditedFiles
from ari_app.workers.audit_recordings import RecordingCheck
from ari_app.workers.auditor import Auditor
from ari_app.workers.calls import Calls
from ari_app.workers.cel_closer import CelCloser, Surroundings
from ari_app.workers.cel_loader import CelLoader
from ari_app.workers.cel_retention import CelRetention
from ari_app.workers.consults import Consults
from ari_app.workers.directory import Directory
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.features import Features
from ari_app.workers.flow_book import prompt_names
from ari_app.workers.flow_shelf import FlowShelf
from ari_app.workers.follower import Follower, Listen
from ari_app.workers.freeing import let_go
from ari_app.workers.heartbeat import Heartbeat
from ari_app.workers.hindsight import look_back
from ari_app.workers.hours_book import HoursBook
from ari_app.workers.lamps import Lamps
from ari_app.workers.live_tasks import LiveTasks
from ari_app.workers.loop_lag import LoopLag
from ari_app.workers.phone_watch import PhoneWatch
from ari_app.workers.phones import Phones
from ari_app.workers.pin_check import PinCheck
from ari_app.workers.prompt_player import PromptPlayer
from ari_app.workers.queue_book import QueueBook
from ari_app.workers.reception import Reception
from ari_app.workers.recording_index import StoredIndex
from ari_app.workers.recovery import Recovery
from ari_app.workers.roster import Roster
from ari_app.workers.staff_directory import StaffDirectory
from ari_app.workers.storm_book import StormBook
from ari_app.workers.system_clock import SystemClock
from ari_app.workers.unstick import Parts, Unstick

log = logging.getLogger(__name__)

T = TypeVar("T")
CONSULT = "consult"  # a phone dials a colleague: a feature whose digits are a number


class Engine:
    """The parts of one ari_app process. `run` returns when it is told to stop."""

    clock = SystemClock()

    def __init__(
        self,
        settings: Settings,
        pool: Pool,
        flows: FlowShelf,
        lease: Lease,
        enquiries: Enquiries,
    ) -> None:
        """Args: flows: started."""
        self.settings, self.pool, self.flows, self.lease = settings, pool, flows, lease
        self.journal = Journal(
            connector(settings.database_url), settings.state / "journal", lease=lease
        )
        self.roster = Roster(self.journal, self.clock)
        self.dispatcher = Dispatcher(
            self.roster,
            self.journal,
            self.clock,
            language_skills=LANGUAGE_SKILLS,
            zone=ZoneInfo(settings.time_zone),
        )
        self.index = StoredIndex(self.ask)
        self.space = sound_parts.space(settings, self.clock)
        self.recorder = sound_parts.recorder(settings, self.index, self.space, self.clock)
        self.messages = sound_parts.messages(settings, self.ask, self.journal, self.clock)
        self.ari = Ari(
            f"{settings.ari_url}/ari",
            settings.ari_user,
            settings.ari_password,
            settings.ari_apps,
            hooks=Hooks(
                on_connected=self._connected,
                on_lost=self._lost,
                on_stray=self._stray,
                still_ours=self._in_charge,
            ),
            options=Options(ignored_events=UNREAD),
        )
        self.storm = StormBook(self.ask, self._news(storms.CHANGED), self.clock)
        self.hours = self._make_hours()
        self.directory = Directory(self.ask, self._news(routes.CHANGED))
        self.switch = AriSwitch(self.ari, settings.ari_apps)
        self.phones, self.phone_watch, self.lamps = self._make_phones()
        self.staff = StaffDirectory(
            self.ask, self._news(agents.CHANGED), self.dispatcher, self.phone_watch.meet
        )
        self.queue_book = self._make_queue_book()
        self.calls = Calls(
            self.open_room,
            self.dispatcher,
            self.journal,
            self.clock,
            Reception(self.flows, self.directory, enquiries, self.hours, lambda: self.storm.now),
            self._over,
        )
        self.features, self.consults = self._make_desk()
        self.strays = LiveTasks("stray leg")
        self.event_log = CelLoader(self.ask, settings.cel, settings.node, self.clock)
        self.retention = CelRetention(
            self.ask, self.clock, timedelta(days=settings.cel_days), self._in_charge
        )
        self.closer = self._make_closer()
        self.auditor = self._make_auditor()
        self.recovery = Recovery(
            self.ask, self.switch, self.closer, self.calls, self.dispatcher, settings.node
        )
        self.outbound = outbound_parts.outbound(self, self._news(callbacks.CHANGED))
        self._asterisk = AsteriskSeen(set(settings.ari_apps))
        self.heartbeat = Heartbeat(self._beat, settings.heartbeat_seconds)
        self.loop_lag = LoopLag(settings.frozen_seconds)
        self.wall = Wall(settings.redis_url, self.roster, self.dispatcher)

    def _make_desk(self) -> tuple[Features, Consults]:
        """What agents dial."""
        studio = sound_parts.studio(self.settings, self.ask, self.clock)
        return (
            Features(self.open_room, self.roster, PinCheck(self.ask, self.clock), studio),
            Consults(self.open_room, self.dispatcher, self.calls.live),
        )

    def _make_phones(self) -> tuple[Phones, PhoneWatch, Lamps]:
        """What is known of them, and shown on them."""
        phones = Phones(self.dispatcher)
        watch = PhoneWatch(self.switch, self.roster, phones, self.clock)
        return phones, watch, Lamps(self.ari.device_states.update)

    def _make_queue_book(self) -> QueueBook:
        use, leads = self.dispatcher.load_queues, lambda: self.flows.now.leads
        prompts = partial(prompt_names, self.settings.manifest)
        storm, news = lambda: self.storm.now, self._news(queues.CHANGED)
        book = QueueBook(self.ask, news, use, prompts, leads, storm)
        book.needed = lambda: self.flows.now.queues_used
        return book

    def _make_hours(self) -> HoursBook:
        zone, news = ZoneInfo(self.settings.time_zone), self._news(queues.CHANGED)
        return HoursBook(self.ask, news, self.clock, zone, lambda: self.storm.now)

    def _make_closer(self) -> CelCloser:
        around = Surroundings(
            asterisk_started_at=self.switch.started_at,
            live_channels=self.switch.live_channels,
            is_live=lambda call_id: call_id in self.calls.live,
            is_settled=self._is_settled,
            let_go=lambda agent: let_go(self.roster, agent),
            over=self._over,
        )
        node = self.settings.node
        return CelCloser(self.ask, self.event_log, self.journal, self.clock, node, around)

    def _make_auditor(self) -> Auditor:
        sources = Sources(self.switch.live_channels, self.switch.started_at)
        recordings = RecordingCheck(self.ask, AuditedFiles(self.settings.recordings))
        return Auditor(Checks(self.ask, recordings, self.settings.node, sources), self.clock)

    def _make_control(self) -> Control:
        parts = Parts(
            ask=self.ask,
            roster=self.roster,
            live_calls=self.calls.live,
            switch=self.switch,
            closer=self.closer,
            live_channels=self.switch.live_channels,
            asterisk_started_at=self.switch.started_at,
        )
        agent_orders = AgentOrders(self.ask, self.roster)
        token, apps = self.settings.control_token, self.settings.ari_apps
        player = PromptPlayer(self.ask, lambda: self.open_room(apps[0], "prompt"), self.roster)
        return Control(token, Unstick(parts), agent_orders, player)

    # ---- life ----

    async def run(self) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await self._load()
        await self._serve_web()
        async with asyncio.TaskGroup() as group:
            parts: Mapping[str, Awaitable[Any]] = {
                "journal": self.journal.run(),
                "recorder": self.recorder.run(),
                "messages": self.messages.run(),
                "live view": self._show(),
                "ari": self.ari.run(),
                "heartbeat": self._keep_gate_open(),
                "lease": ownership.keep(self.ask, self.lease),
                "sweeper": self._sweep(),
                "loop lag": self.loop_lag.run(),
                "routing": self.directory.run(),
                "staff": self.staff.run(),
                "lamps": self.lamps.run(),
                "flows": self.flows.run(),
                "queues": self.queue_book.run(),
                "hours": self.hours.run(),
                "storm": self.storm.run(),
                "hindsight": look_back(self.ask, self.dispatcher.outlook),
                "event log": self.event_log.run(),
                "retention": self.retention.run(),
                "closer": self.closer.run(),
                "auditor": self.auditor.run(),
                "callbacks": self.outbound.desk.run(),
            }
            for name, work in parts.items():
                group.create_task(work, name=name)  # type: ignore[arg-type]
            await stop.wait()
            await self._leave()

    async def _leave(self) -> None:
        """Ends this process as a crash would, only with everything written: the calls go on in
        Asterisk, and whoever starts next adopts them. Nothing is tidied up on purpose."""
        log.info("stopping", extra={"live_calls": len(self.calls.live)})
        try:
            async with asyncio.timeout(5):
                await self.journal.durable()
        except TimeoutError:
            log.error("stopped with facts that were not written")
        logging.shutdown()
        os._exit(0)

    @property
    def followers(self) -> Sequence[Follower]:
        """Of what others change."""
        books = (self.directory, self.staff, self.flows, self.queue_book, self.hours, self.storm)
        return [book.follower for book in (*books, self.outbound.desk)]

    async def _serve_web(self) -> None:
        seen = self._observed()
        pages = (*self._make_control().routes(), *MetricsPage(lambda: gauges(seen)).routes())
        host, port = self.settings.web_host, self.settings.web_port
        await HealthServer(host, port, seen.health, pages).start()

    def _observed(self) -> Observed:
        """Every part of the name that it has here."""
        return Observed(**{one.name: getattr(self, one.name) for one in fields(Observed)})

    async def _load(self) -> None:
        self.calls.speech = sound_parts.speech()
        self.wall.watch(self.journal)
        self.roster.watch(self.lamps.moved)
        await self.staff.load()
        self.storm.watch(self.queue_book.use)
        await self.storm.load()
        await self.queue_book.load()
        await self.hours.load()
        await self.directory.load()
        await self.outbound.gate.load()

    async def _show(self) -> None:
        """Callers come first: what talks to Redis takes a while to load."""
        await self.ari.until_connected()
        await self.wall.view.run()

    async def _keep_gate_open(self) -> None:
        await self.ari.until_connected()
        await self.heartbeat.run()

    async def _sweep(self) -> None:
        """Recordings and messages that an earlier process left behind, then now and then."""
        while True:
            try:
                await self.recorder.sweep(self.index.times)
                await self.messages.sweep()
            except Unavailable as error:
                log.warning("sweep put off: %s", error)
            await asyncio.sleep(self.settings.sweep_seconds)

    # ---- what connects the parts ----

    async def ask(self, question: Callable[[Db], Awaitable[T]]) -> T:
        """Runs a store function on a connection of the pool; raises Unavailable."""
        return await ask(self.pool, question)

    def _news(self, channel: str) -> Listen:
        return partial(listen, connector(self.settings.database_url), channel)

    def open_room(self, app: str, name: str) -> Room:
        return Room(self.ari, app, name, life=self.lease.fence)

    def _over(self, ended: EndedRecording, outcome: Outcome) -> None:
        self.recorder.finalise(ended)
        if outcome is Outcome.LEFT_MESSAGE:
            self.messages.collect(ended.call_id)

    def _is_settled(self) -> bool:
        journal = self.journal.state
        return journal.away_since is None and not journal.pending and not journal.spooled

    async def _in_charge(self) -> bool:
        return await ownership.is_ours(self.ask, self.lease)

    async def _beat(self, now: str) -> None:
        await self.ari.asterisk.set_global_var("CC_ALIVE", value=now)

    async def _connected(self, app: str, first: bool) -> None:
        """Events wait until this is over. The first time, all lanes wait for recovery."""
        log.info("connected", extra={"app": app, "first": first})
        if app == self.settings.ari_apps[0]:
            await self.phone_watch.follow()
        self._asterisk.unconnected.discard(app)
        if self._asterisk.recovered.is_set():
            await self._look_for_restart()
        elif self._asterisk.unconnected:
            await self._asterisk.recovered.wait()
        else:
            self._asterisk.started_at = await self.switch.started_at()
            await self.recovery.run()
            self._asterisk.recovered.set()
        self._asterisk.lost_at = None
        if app == self.settings.ari_apps[0]:
            self.lamps.all(self.roster.seats())
            await self.phone_watch.look()
        if self.ari.connected | {app} == set(self.settings.ari_apps):
            self.heartbeat.connected()

    def _lost(self, *_: str) -> None:
        self.heartbeat.lost()
        self._asterisk.lost_at = self._asterisk.lost_at or self.clock.now()

    async def _look_for_restart(self) -> None:
        """An Asterisk that is another one now took every call with it."""
        started_at = await self.switch.started_at()
        if started_at != self._asterisk.started_at:
            self._asterisk.started_at = started_at
            self.calls.lost_with_asterisk(min(self._asterisk.lost_at or started_at, started_at))

    def _stray(self, event: Event, app: str) -> None:  # of channels nobody of ours knows yet
        if isinstance(event, ContactStatusChange):
            contact = event.contact_info
            self.phones.contact(event.endpoint.resource, contact.uri, contact.contact_status)
        if not isinstance(event, StasisStart):
            return
        kind, *arguments = event.args or [""]
        if kind == "call":
            channel, node = event.channel, self.settings.node
            self.calls.arrived(app, channel.id, arguments, node, channel.protocol_id)
        elif kind == "feature" and arguments[:1] == [CONSULT]:
            self.consults.dialled(app, event.channel.id, arguments[1:])
        elif kind == "feature":
            self.features.dialled(app, event.channel.id, arguments)
        else:
            log.warning("a channel nobody expects", extra={"channel": event.channel.id})
            if kind == "leg":  # it answered when the place it was rung for had gone
                self.strays.start(self.switch.hang_up(event.channel.id), event.channel.id)
