"""The port through which flows reach a number outside: the outbound gate, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ari_app.domain.attempt import AttemptOutcome, Purpose
from ari_app.domain.call import CallFacts
from ari_app.domain.errors import NotReached
from ari_app.ports import Leg, Room


@dataclass(frozen=True, slots=True)
class OutsideWish:
    """A number as people of this country dial it. `shown`: the number of ours that the other side
    would see best; whether it does is up to the site."""

    number: str
    purpose: Purpose
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """Who answered outside, and the attempt that it was."""

    attempt_id: UUID
    leg: Leg


class OutsideLine(Protocol):
    def why_not(self, number: str) -> str:
        """Why it may not be dialled now; "" when it may."""

    def dialled(
        self, call: CallFacts, leg: Leg, room: Room, wish: OutsideWish
    ) -> AbstractAsyncContextManager[Outside]:
        """Entered once it has answered; hung up and written down on leaving the block for any
        reason. Raises NotReached, also for a number that may not be dialled.

        Args:
            leg: the caller's.
        """

    def found(self, call: CallFacts, outside: Outside) -> AbstractAsyncContextManager[Outside]:
        """As `dialled`, of a leg that answered an earlier process."""


class NoOutsideLine:
    """Where nothing is dialled."""

    def why_not(self, number: str) -> str:  # noqa: ARG002
        return "switched_off"

    @asynccontextmanager
    async def dialled(
        self,
        call: CallFacts,  # noqa: ARG002
        leg: Leg,  # noqa: ARG002
        room: Room,  # noqa: ARG002
        wish: OutsideWish,  # noqa: ARG002
    ) -> AsyncIterator[Outside]:
        raise NotReached(AttemptOutcome.REFUSED, reason="switched_off")
        yield  # what makes it a context manager

    @asynccontextmanager
    async def found(self, call: CallFacts, outside: Outside) -> AsyncIterator[Outside]:  # noqa: ARG002
        yield outside
