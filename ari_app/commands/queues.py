"""`hotline queues`: the lines, what they ask of agents, and who waits in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ari_app.commands import show
from ari_app.commands.moments import local_now
from ari_app.commands.register import command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    import typer

    from ari_app.domain.staff import QueueConfig
    from ari_app.store.waiting import Promises, Waiting


@dataclass(frozen=True, slots=True)
class QueueLine:
    """`longest_wait` is seconds, None when nobody waits; `able` counts agents who could serve;
    `promised` callers of today were told a time, which was true for `kept_percent` of them."""

    name: str
    title: str
    requires: dict[str, int]
    rule: str
    able: int
    ready: int
    waiting: int
    longest_wait: float | None
    promised: int
    kept_percent: float | None


def add_to(app: "typer.Typer") -> None:
    command(app, "queues")(queues)


async def queues(terminal: Terminal) -> None:
    """Queues: what they need, who is able and ready, who waits."""
    from ari_app.commands.agents import AgentLine, agent_line
    from ari_app.commands.database import database
    from ari_app.store import agents, waiting
    from ari_app.store import queues as stored

    async with database(terminal.site()) as db:
        configs = await stored.load(db)
        in_line = await waiting.per_queue(db)
        promises = await waiting.promises_today(db)
        now = local_now()
        staff: list[AgentLine] = [agent_line(member, now) for member in await agents.load(db)]
    states = [(line.skills, line.state) for line in staff]
    lines = [
        queue_line(config, in_line.get(config.id), promises.get(config.name), states, now)
        for config in configs
    ]
    headings = (
        *("queue", "title", "needs", "rule", "agents", "ready", "waiting", "longest_wait"),
        "promises_kept",
    )
    terminal.answer(
        lines,
        lambda: show.table(
            [terminal.words(heading) for heading in headings],
            [
                [
                    line.name,
                    line.title,
                    show.levels(line.requires),
                    line.rule,
                    line.able,
                    line.ready,
                    line.waiting,
                    show.duration(line.longest_wait),
                    show.share(line.kept_percent, line.promised),
                ]
                for line in lines
            ],
        ),
    )


def queue_line(
    config: "QueueConfig",
    in_line: "Waiting | None",
    promises: "Promises | None",
    staff: list[tuple[dict[str, int], str]],
    now: datetime,
) -> QueueLine:
    """Args: staff: skills and state of each agent."""
    from ari_app.domain.skill import RequestType, SkillProfile

    rules = config.rules
    wanted = RequestType.of(rules.requires)
    able = [state for skills, state in staff if wanted.is_met_by(SkillProfile.of(skills))]
    return QueueLine(
        name=rules.id,
        title=rules.name,
        requires=dict(rules.requires),
        rule=rules.rule.value,
        able=len(able),
        ready=able.count("ready"),
        waiting=in_line.count if in_line else 0,
        longest_wait=(now - in_line.since).total_seconds() if in_line else None,
        promised=promises.promised if promises else 0,
        kept_percent=promises.kept_percent if promises else None,
    )
