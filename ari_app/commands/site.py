"""`hotline up`, `down`, `status` and `phones`: one site and its processes."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ari_app.commands import condition, show
from ari_app.commands.picture import condition_picture, next_picture
from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal
from ari_app.commands.trouble import NotPossible

if TYPE_CHECKING:
    from ari_app.site.layout import Site

EXTENSIONS = ("1001", "1002", "1003", "1004")
WATCH_SECONDS = 2.0


def add_to(app: typer.Typer) -> None:
    for name, function in (("up", up), ("down", down), ("status", status), ("phones", phones)):
        command(app, name)(function)


class Stopwatch:
    """Says each part when it is done, with the seconds it took."""

    def __init__(self, say: Callable[[str], None], now: Callable[[], float] = time.monotonic):
        self.seconds: dict[str, float] = {}
        self._say = say
        self._now = now
        self._part = ""
        self._since = now()

    def begins(self, part: str) -> None:
        """The part before it is done; an empty name ends the last."""
        now = self._now()
        if self._part:
            took = self.seconds[self._part] = round(now - self._since, 2)
            self._say(f"  {self._part:<12} {took:5.1f} s")
        self._part, self._since = part, now


async def up(
    terminal: Terminal,
    sample: Annotated[
        bool, typer.Option(help="Put sample agents, queues and customers into an empty database.")
    ] = True,
    new_ports: Annotated[
        bool,
        typer.Option("--new-ports", help="Choose others for those that another program has taken."),
    ] = False,
) -> None:
    """Start everything of the site; the first time it is made, with phones 1001 to 1004."""
    from ari_app.site.installation import Installation
    from ari_app.site.layout import Site

    _need_prompts()
    site = Site.create(terminal.site_folder(), EXTENSIONS)
    terminal.say(f"{terminal.words('site')} {site.folder}", style="bold")
    if new_ports:
        site = await _with_new_ports(site, terminal)
    watch = Stopwatch(terminal.say)
    await Installation(site).up(watch.begins, note=terminal.say, sample=sample)
    watch.begins("")
    await _tidy(terminal)
    document = {"site": site.folder, "seconds": watch.seconds, **address(site)}
    terminal.answer(document, lambda: next_picture(site, terminal))


async def _tidy(terminal: Terminal) -> None:
    """What earlier sites and prompts left in the cache."""
    import asyncio
    import os

    from ari_app.site.cache import cache_folder
    from ari_app.site.layout import SOURCE
    from ari_app.site.leftovers import prune_sites, prune_sounds

    cache, now = cache_folder(os.environ, os.geteuid()), time.time()
    generated = SOURCE / "sounds" / "generated"
    try:
        sites = await asyncio.to_thread(prune_sites, cache / "sites", now)
        sounds = await asyncio.to_thread(prune_sounds, cache / "sounds", generated, now)
    except OSError as error:  # the site is up; the rest can wait
        terminal.say(f"{cache}: {error.strerror}")
        return
    if sites or sounds:
        terminal.say(f"{cache}: {len(sites)} unused sites and {sounds} old sounds removed")


async def _with_new_ports(site: "Site", terminal: Terminal) -> "Site":
    from ari_app.site.alone import alone
    from ari_app.site.installation import Installation
    from ari_app.site.new_ports import with_free_ports

    installation = Installation(site)
    installation.need_choices()
    with alone(site.working, "hotline up --new-ports"):
        if await installation.runs():
            raise NotPossible("parts of this site run on its ports", "`hotline down`, then again")
        fresh, changed = with_free_ports(site, installation.choices.sip_bind)
        fresh.save()
    for name, (before, after) in changed.items():
        terminal.say(f"{name}: port {before} is taken, from now on {after}")
    return fresh


async def down(terminal: Terminal) -> None:
    """Stop everything of the site, the Asterisk of test calls included."""
    from ari_app.commands.world import stop_world
    from ari_app.site.installation import Installation

    site = terminal.site()
    watch = Stopwatch(terminal.say)
    installation = Installation(site)
    await stop_world(installation, watch.begins)
    await installation.down(watch.begins)
    watch.begins("")
    document = {"site": site.folder, "stopped": list(watch.seconds)}
    terminal.answer(document, lambda: None)
    terminal.say(terminal.words("stopped"))


async def status(
    terminal: Terminal,
    watch: Annotated[bool, typer.Option("--watch", help="Look again every two seconds.")] = False,
) -> int:
    """Each part: green or a reason, and the figures beside. Exit 1 when one is not green."""
    import asyncio

    from ari_app.site.installation import Installation

    if watch and terminal.as_json:
        raise typer.BadParameter("--watch and --json do not go together")
    installation = Installation(terminal.site())
    while True:
        found = await condition.look(installation)
        if watch and terminal.console.is_terminal:
            terminal.console.clear()
        terminal.answer(found, lambda found=found: condition_picture(found, terminal))  # type: ignore[misc]
        if not watch:
            return 0 if found.ok else 1
        await asyncio.sleep(WATCH_SECONDS)


def phones(
    terminal: Terminal,
    secrets: Annotated[bool, typer.Option("--secrets", help="Show the passwords too.")] = False,
) -> None:
    """The SIP accounts of the site's phones, to type into a softphone."""
    accounts = phone_accounts(terminal.site(), secrets=secrets)
    headings = ("extension", "user", "address", *(("password",) if secrets else ()))
    terminal.answer(
        accounts,
        lambda: show.table(
            [terminal.words(heading) for heading in headings],
            [[account[heading] for heading in headings] for account in accounts],
        ),
    )


def phone_accounts(site: "Site", *, secrets: bool) -> list[dict[str, Any]]:
    server = f"{site.choices().sip_host}:{site.ports.sip}"
    return [
        {
            "extension": phone.extension,
            "user": phone.name,
            "address": server,
            **({"password": phone.password} if secrets else {}),
        }
        for phone in site.state.phones
    ]


def address(site: "Site") -> dict[str, str]:
    """What to dial, and where."""
    from ari_app.store.seed import ROUTES

    number = ROUTES[0][0]
    server = f"{site.choices().sip_host}:{site.ports.sip}"
    return {"number": number, "sip": f"sip:{number}@{server}"}


def _need_prompts() -> None:
    from ari_app.site.layout import SOURCE

    if not (SOURCE / "sounds" / "generated" / "moh").is_dir():
        raise NotPossible("the prompts have not been made yet", "run `make sounds`")
