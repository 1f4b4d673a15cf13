"""What the engine shows in the live view: its agents, and who waits."""

from collections.abc import Mapping
from typing import Any

from ari_app.live import keys
from ari_app.live.line import Line
from ari_app.live.projection import LiveView
from ari_app.store.journal import Journal
from ari_app.workers.dispatcher import Dispatcher
from ari_app.workers.roster import Roster, Seat


class Wall:
    """Shows nothing before `watch`, and sends nothing unless `view` runs."""

    def __init__(self, redis_url: str, roster: Roster, dispatcher: Dispatcher) -> None:
        self.view = LiveView(redis_url, self._all)
        self._roster = roster
        self._line = Line(self.view.put, dispatcher.queue_name)

    def watch(self, journal: Journal) -> None:
        self._roster.watch(self._show)
        journal.watch(self._line.told)

    def _all(self) -> Mapping[str, Mapping[str, Any]]:
        return {
            keys.AGENTS: {str(seat.member.id): _shown(seat) for seat in self._roster.seats()},
            keys.WAITING: self._line.shown,
        }

    def _show(self, seat: Seat) -> None:
        self.view.put(keys.AGENTS, str(seat.member.id), _shown(seat))


def _shown(seat: Seat) -> dict[str, Any]:
    return {
        "name": seat.member.name,
        "state": seat.state.value,
        "reason": seat.agent.reason.value,
        "until": seat.until.isoformat() if seat.until else None,
    }
