"""`hotline agents`: who works here, and what they do now; what can be done about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import typer

from ari_app.commands import agent_pin, agent_set, show
from ari_app.commands.moments import local_now
from ari_app.commands.register import application, command, group
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from ari_app.domain.pauses import Pauses
    from ari_app.domain.staff import StaffMember


@dataclass(frozen=True, slots=True)
class AgentLine:
    """`since` and what follows are None for who was never logged in."""

    id: int
    name: str
    state: str
    reason: str | None
    since: datetime | None
    until: datetime | None
    overdue_seconds: float | None
    next_state: str | None
    next_reason: str | None
    call_id: UUID | None
    language: str
    skills: dict[str, int]
    phone: str | None


def add_to(app: typer.Typer) -> None:
    family = application("Agents: who works here, and what they do now.")
    group(family)(listing)
    command(family, "pin")(agent_pin.pin)
    command(family, "set")(agent_set.set_state)
    app.add_typer(family, name="agents")


async def listing(terminal: Terminal) -> None:
    """Agents with their state and skills."""
    from ari_app.commands.database import database
    from ari_app.store import agents as stored
    from ari_app.store import pauses as stored_pauses

    async with database(terminal.site()) as db:
        members, pauses = await stored.load(db), await stored_pauses.load(db)
    now = local_now()
    lines = [agent_line(member, now) for member in members]
    words = terminal.words
    headings = ("agent", "name", "state", "since", "language", "skills", "phone")
    terminal.answer(
        lines,
        lambda: show.table(
            [words(heading) for heading in headings],
            [
                [
                    line.id,
                    line.name,
                    _state(line, pauses, terminal),
                    show.local_time(line.since),
                    line.language,
                    show.levels(line.skills),
                    line.phone,
                ]
                for line in lines
            ],
        ),
    )


def _state(line: AgentLine, pauses: "Pauses", terminal: Terminal) -> str:
    """`paused (Lunch), over by 3:20`; `talking (accepted), then paused (Lunch)`."""
    words = terminal.words

    def told(state: str, reason: str | None) -> str:
        why = pauses.title(reason, words.language) if reason else ""
        return f"{words(state)} ({why})" if why else words(state)

    state = told(line.state, line.reason)
    if line.next_state is not None:
        state += f", {words('then')} {told(line.next_state, line.next_reason)}"
    if line.overdue_seconds is not None:
        state += f", {words('overdue')} {show.duration(line.overdue_seconds)}"
    return state


def agent_line(member: "StaffMember", now: datetime) -> AgentLine:
    from ari_app.domain.pauses import overdue_seconds

    presence = member.presence
    wish = presence.next if presence else None
    return AgentLine(
        id=member.id,
        name=member.name,
        state=presence.state.value if presence else "logged_out",
        reason=presence.reason if presence else None,
        since=presence.since if presence else None,
        until=presence.until if presence else None,
        overdue_seconds=overdue_seconds(presence.state, presence.until, now) if presence else None,
        next_state=wish.state.value if wish else None,
        next_reason=wish.reason.value if wish else None,
        call_id=presence.call_id if presence else None,
        language=member.language,
        skills=dict(member.profile.levels),
        phone=member.phone,
    )
