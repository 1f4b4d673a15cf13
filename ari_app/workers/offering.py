"""An offer between its decision and its end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from ari_app.domain.errors import HotlineError
from ari_app.workers.roster import Seat


@dataclass(frozen=True, slots=True)
class Offering:
    """`committed`: when it is; or why it could not be written, and then no phone rings."""

    seat: Seat
    offer_id: UUID
    leg_id: str
    on_its_way: Callable[[], object]
    committed: Awaitable[None] | HotlineError
