"""Events that Asterisk's description does not list: unknown ones, and one of our own."""

from typing import Any

from ari_app.ari.events import Event
from ari_app.ari.ids import present


class UnknownEvent(Event, frozen=True, kw_only=True):
    """A newer Asterisk's event, or a known one in a shape we cannot read; `raw` is all of it."""

    type_name: str
    raw: dict[str, Any]

    def ids(self) -> tuple[str, ...]:
        return present(*(_id_of(one) for one in self.raw.values() if isinstance(one, dict)))


class Reconnected(Event, frozen=True, kw_only=True):
    """Every inbox gets one when a connection is back: events were lost, so look again."""


def _id_of(part: dict[str, Any]) -> str | None:
    value = part.get("id", part.get("name"))
    return value if isinstance(value, str) else None
