"""What a site looks like in a terminal: its condition, and what to do next."""

import shlex
from typing import TYPE_CHECKING, Any

from ari_app.commands import show

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ari_app.commands.condition import Condition, LiveFlows
    from ari_app.commands.terminal import Terminal
    from ari_app.site.layout import Site


def condition_picture(found: "Condition", terminal: "Terminal") -> "RenderableType":
    from rich.console import Group

    words = terminal.words
    parts = show.table(
        [words("part"), words("state"), ""],
        [[part.name, show.mark(ok=part.ok), part.reason] for part in found.parts],
    )
    summary = words("all_green") if found.ok else words("not_green")
    return Group(parts, show.pairs(_figures(found, terminal)), "", summary)


def _figures(found: "Condition", terminal: "Terminal") -> list[tuple[str, Any]]:
    words, disk, journal = terminal.words, found.disk, found.journal
    return [
        (words("site"), found.site),
        (words("node"), found.node),
        (words("versions"), show.listed(f"{k} {v}" for k, v in found.versions.items())),
        (words("ports"), show.listed(f"{k} {v}" for k, v in port_numbers(found.ports).items())),
        (words("gate"), _seconds_ago(found.gate_age_seconds)),
        (words("calls"), "-" if found.live_calls is None else found.live_calls),
        (words("flows"), flows_line(found.flows)),
        (words("storm"), storm_line(found.storm, terminal)),
        (words("agents"), show.listed(f"{words(k)} {v}" for k, v in found.agents.items()) or "-"),
        (words("journal"), show.listed(f"{k} {v}" for k, v in journal.items()) if journal else "-"),
        (words("disk"), f"{show.gigabytes(disk.free_bytes)}, {disk.free_percent} % ({disk.level})"),
    ]


def flows_line(flows: "LiveFlows | None") -> str:
    if flows is None:
        return "-"
    live = f"version {flows.number}" if flows.number is not None else "the files"
    return f"{live}, the files differ: `hotline flow diff`" if flows.differ else live


def storm_line(storm: dict[str, str] | None, terminal: "Terminal") -> str:
    from datetime import datetime

    if storm is None:
        return "-"
    until = show.local_time(datetime.fromisoformat(storm["until"]))
    return f"{storm['profile']}, {terminal.words('until')} {until}: `hotline storm off`"


def port_numbers(ports: Any) -> dict[str, int]:
    import msgspec

    numbers: dict[str, int] = msgspec.to_builtins(ports)
    return numbers


def _seconds_ago(age: float | None) -> str:
    return "-" if age is None else f"{age:.1f} s"


def next_picture(site: "Site", terminal: "Terminal") -> "RenderableType":
    from rich.console import Group

    from ari_app.commands.site import address

    words, here, command = terminal.words, address(site), command_line(site)
    return Group(
        "",
        f"{words('what_next')}:",
        show.pairs(
            (
                (f"  {words('dial')}", here["number"]),
                (f"  {words('sip_address')}", here["sip"]),
                (f"  {words('try_call')}", f"{command} call {here['number']} --keys 1,1"),
                (f"  {words('try_phones')}", f"{command} phones"),
            )
        ),
    )


def command_line(site: "Site") -> str:
    """`hotline`, with --site where it would otherwise mean another one."""
    import os

    from ari_app.site.layout import SOURCE

    default = os.environ.get("HOTLINE_SITE") or SOURCE / ".runtime"
    if os.path.realpath(default) == os.path.realpath(site.folder):
        return "hotline"
    return f"hotline --site {shlex.quote(str(site.folder))}"
