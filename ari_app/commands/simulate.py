"""`hotline simulate`: what a day would be like, decided by the code that routes live calls."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ari_app.commands import show
from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from ari_app.domain.simulation.day import Day
    from ari_app.domain.simulation.figures import Outcome, Staffing, Tally

HEADINGS = (
    "queue", "calls", "answered", "abandoned", "left_over", "SL-1", "SL-3", "asa", "wait_90",
)  # fmt: skip


def add_to(app: typer.Typer) -> None:
    command(app, "simulate")(simulate)


def simulate(
    terminal: Terminal,
    day: Annotated[Path, typer.Argument(help="A TOML file like docs/examples/weekday.toml.")],
    seed: Annotated[int, typer.Option(help="Another number, another day of the same kind.")] = 1,
) -> None:
    """A day in virtual time: service level, waits, abandons, occupancy; Erlang beside it."""
    from ari_app.commands.day_file import read_day
    from ari_app.domain.simulation.run import simulate as run

    planned = read_day(day)
    outcome = run(planned, seed)
    document = _document(planned, outcome, seed)
    terminal.answer(document, lambda: _picture(terminal, document))


def _document(day: "Day", outcome: "Outcome", seed: int) -> dict[str, Any]:
    return {
        "day": day.name,
        "seed": seed,
        "calls": outcome.calls,
        "threshold_seconds": day.threshold,
        "queues": [
            {"queue": rules.id, **_tally(outcome.queue(rules.id)), "theory": _theory(day, rules)}
            for rules in day.queues
            if any(queue == rules.id for queue, _ in outcome.tallies)
        ],
        "tiers": [
            {"queue": queue, "tier": tier.value, **_tally(tally)}
            for (queue, tier), tally in sorted(outcome.tallies.items())
        ],
        "agents": [
            {"group": name, **_staffing(staffing)} for name, staffing in outcome.staffing.items()
        ],
    }


def _tally(tally: "Tally") -> dict[str, Any]:
    return {
        "offered": tally.offered,
        "answered": len(tally.answered),
        "abandoned": len(tally.abandoned),
        "left_over": tally.flowed_out,
        "service_level": tally.service_levels(),
        "asa": tally.asa,
        "delayed": tally.delayed,
        "mean_wait": tally.mean_wait,
        "wait_50": tally.wait_of(0.5),
        "wait_90": tally.wait_of(0.9),
        "time_to_abandon": tally.time_to_abandon,
        "abandon_rate": tally.abandon_rate,
    }


def _staffing(staffing: "Staffing") -> dict[str, Any]:
    return {
        "calls": staffing.calls,
        "here_hours": staffing.here / 3600,
        "talking_hours": staffing.talking / 3600,
        "wrap_up_hours": staffing.wrapping_up / 3600,
        "occupancy": staffing.occupancy,
    }


def _theory(day: "Day", rules: Any) -> dict[str, Any]:
    from ari_app.domain.simulation.theory import theory

    found = theory(day, rules)
    if found.expected is None:
        return {"formula": None, "why_not": found.why_not}
    expected = found.expected
    return {
        "formula": f"Erlang {found.formula}",
        "delayed": expected.delayed,
        "mean_wait": expected.wait,
        "within_threshold": expected.within,
        "abandon_rate": expected.abandoned,
    }


def _picture(terminal: Terminal, document: dict[str, Any]) -> Any:
    from rich.console import Group

    words = terminal.words
    queues = show.table(
        [words(heading) for heading in HEADINGS],
        [_row(queue["queue"], queue) for queue in document["queues"]]
        + [_row(f"{tier['queue']} {words(tier['tier'])}", tier) for tier in document["tiers"]
           if tier["tier"] != "normal"],
    )  # fmt: skip
    theory = show.table(
        [words(heading) for heading in ("queue", "formula", "delayed", "wait", "abandoned")],
        [_compared(queue) for queue in document["queues"]],
    )
    agents = show.table(
        [words(heading) for heading in ("agents", "calls", "hours", "occupancy")],
        [
            (group["group"], group["calls"], f"{group['here_hours']:.1f}",
             _percent(group["occupancy"]))
            for group in document["agents"]
        ],
    )  # fmt: skip
    return Group(queues, theory, agents)


def _row(name: str, tally: dict[str, Any]) -> list[Any]:
    levels = tally["service_level"]
    return [
        name,
        tally["offered"],
        tally["answered"],
        f"{tally['abandoned']} ({_percent(tally['abandon_rate'])})",
        tally["left_over"],
        _percent(levels["SL-1"]),
        _percent(levels["SL-3"]),
        show.duration(tally["asa"]),
        show.duration(tally["wait_90"]),
    ]


def _compared(queue: dict[str, Any]) -> list[Any]:
    """Simulated / by formula."""
    theory = queue["theory"]
    if theory["formula"] is None:
        return [queue["queue"], f"- ({theory['why_not']})", None, None, None]
    return [
        queue["queue"],
        theory["formula"],
        f"{_percent(queue['delayed'])} / {_percent(theory['delayed'])}",
        f"{show.duration(queue['mean_wait'])} / {show.duration(theory['mean_wait'])}",
        f"{_percent(queue['abandon_rate'])} / {_percent(theory['abandon_rate'])}",
    ]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
