"""An offer between its decision and its end."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from ari_app.domain.errors import HotlineError
from ari_app.workers.roster import Seat


@dataclass(frozen=True, slots=True)
class Offering:
    """`fault`: why it could not be written; then no phone rings."""

    seat: Seat
    offer_id: UUID
    leg_id: str
    on_its_way: Callable[[], object]
    fault: HotlineError | None
