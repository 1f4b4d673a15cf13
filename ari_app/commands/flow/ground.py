"""What flows are tried and compared on: the files, what they may name, numbers and hours."""

import contextlib
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from ari_app.commands.terminal import Terminal
    from ari_app.domain.flow import Names
    from ari_app.domain.hours import Standing, WeeklyHours
    from ari_app.domain.route import NumberRoute, Route
    from ari_app.domain.staff import QueueConfig
    from ari_app.site.layout import Site
    from ari_app.store.db import Connection
    from ari_app.trial.outcomes import Number
    from ari_app.trial.words import Texts


@dataclass(frozen=True, slots=True)
class Ground:
    """`source` says where queues, mailboxes and numbers were learnt."""

    names: "Names"
    routes: "Sequence[NumberRoute]"
    queues: "Mapping[str, QueueConfig]"
    schedules: "Mapping[str, WeeklyHours]"
    zone: ZoneInfo
    texts: "Texts"
    source: str
    hosts: Collection[str] = ()  # that queries may ask

    def is_open(self, queue: str, at: datetime) -> bool:
        known = self.queues.get(queue)
        return known is None or known.hours.is_open(at.astimezone(self.zone))

    def standing(self, schedule: str, at: datetime) -> "Standing":
        from ari_app.domain.hours import ALWAYS_OPEN

        return self.schedules.get(schedule, ALWAYS_OPEN).standing(at.astimezone(self.zone))

    def route(self, dialled: str) -> "Route":
        from ari_app.domain.route import RouteTable

        return RouteTable(self.routes).find(dialled)

    def numbers(self) -> "list[Number]":
        """Every route, and any number that has none."""
        from ari_app.domain.route import DEFAULT_ROUTE
        from ari_app.trial.outcomes import Number

        other = Number("any other", DEFAULT_ROUTE.flow, DEFAULT_ROUTE.language)
        known = (Number(one.pattern, one.flow, one.language) for one in self.routes)
        alike: dict[tuple[str, str], Number] = {}
        for one in (*known, other):
            key = (one.flow, one.language)
            first = alike.get(key)
            pattern = f"{first.pattern}, {one.pattern}" if first else one.pattern
            alike[key] = Number(pattern, one.flow, one.language)
        return list(alike.values())

    def now(self) -> datetime:
        return datetime.now(self.zone)


def source_tree() -> Path:
    from ari_app.site.layout import SOURCE

    return SOURCE


def flows_folder() -> Path:
    return source_tree() / "dialplan" / "flows"


def golden_folder() -> Path:
    return source_tree() / "dialplan" / "tests"


def known_site(terminal: "Terminal") -> "Site | None":
    from ari_app.domain.errors import NotFound

    try:
        return terminal.site()
    except NotFound:
        return None


async def ground_of(site: "Site | None") -> Ground:
    """Of the site's database when it runs, else of the sample data."""
    from ari_app.commands.database import database
    from ari_app.domain.errors import HotlineError

    if site is not None:
        try:
            async with database(site) as db:
                return await ground_in(db, site)
        except HotlineError:
            pass
    return sample_ground(site)


async def ground_in(db: "Connection", site: "Site") -> Ground:
    """Raises: BadSettings of a queue that cannot be used."""
    from ari_app.store import hours, queues, routes
    from ari_app.workers import staffing

    texts = _texts()
    names = await staffing.known_names(db, texts["zh"].keys())
    known = {config.name: config for config in await queues.load(db)}
    schedules = await hours.schedules(db)
    return Ground(
        names,
        await routes.load(db),
        known,
        schedules,
        _zone(site),
        texts,
        "database",
        allowed_hosts(site),
    )


def sample_ground(site: "Site | None") -> Ground:
    from ari_app.domain.flow import Names
    from ari_app.domain.route import NumberRoute
    from ari_app.store import seed

    texts, queues = _texts(), {name for name, *_ in seed.QUEUES}
    names = Names(texts["zh"].keys(), queues, {"hotline"}, schedules={"hotline"})
    routes = [NumberRoute(*route) for route in seed.ROUTES]
    hosts = allowed_hosts(site)
    return Ground(names, routes, {}, {}, _zone(site), texts, "sample data", hosts)


def allowed_hosts(site: "Site | None") -> tuple[str, ...]:
    """That the engine of this site may ask; what is wrong with the choices is found elsewhere."""
    from ari_app.domain.errors import BadSettings
    from ari_app.settings import listed

    text = os.environ.get("HOTLINE_LOOKUP_HOSTS", "")
    if not text and site is not None:
        with contextlib.suppress(BadSettings):
            text = site.choices().setting("lookup_hosts")
    return listed(text)


def _zone(site: "Site | None") -> ZoneInfo:
    from ari_app.settings import Settings

    chosen = site.environment().get("HOTLINE_TIME_ZONE") if site else None
    return ZoneInfo(chosen or str(Settings.__dataclass_fields__["time_zone"].default))


def _texts() -> "Texts":
    """Raises: BadManifest."""
    from ari_app.domain.flow import LANGUAGES
    from ari_app.domain.speech.manifest import read_manifest

    path = source_tree() / "sounds" / "manifest.toml"
    manifest = read_manifest(path.read_text(encoding="utf-8"))
    tones = {tone.name: f"[{tone.name}]" for tone in manifest.tones}
    return {language: {**tones, **manifest.texts(language)} for language in LANGUAGES}
