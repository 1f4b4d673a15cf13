"""Where messages are looked up and written down: what collecting needs, and PostgreSQL's answer."""

from typing import Protocol
from uuid import UUID

from ari_app.domain.message import AwaitedFile, Flaw, KeptMessage, LeftMessage, MessageName
from ari_app.store import messages
from ari_app.workers.recording_index import Ask


class MessageIndex(Protocol):
    """Each method raises Unavailable when it cannot answer; each is safe to repeat."""

    async def find(self, name: MessageName) -> LeftMessage | None:
        """None when neither the message nor its call is known."""

    async def attach(self, message: UUID, kept: KeptMessage) -> None:
        """Raises NotFound while there is no row."""

    async def flag(self, message: UUID, flaw: Flaw) -> None:
        """There is no file to attach, and why. Never hides a file that is attached."""

    async def reached(self, call_id: UUID) -> None:
        """A message can be heard: the call's outcome is that, unless it reached more."""

    async def awaited(self) -> list[AwaitedFile]:
        """This node's messages that have neither file nor flaw, oldest first."""


class StoredMessages:
    def __init__(self, ask: Ask, node: str) -> None:
        self._ask, self._node = ask, node

    async def find(self, name: MessageName) -> LeftMessage | None:
        return await self._ask(lambda db: messages.find_left(db, name))

    async def attach(self, message: UUID, kept: KeptMessage) -> None:
        await self._ask(lambda db: messages.attach_file(db, message, kept))

    async def flag(self, message: UUID, flaw: Flaw) -> None:
        await self._ask(lambda db: messages.flag(db, message, flaw))

    async def reached(self, call_id: UUID) -> None:
        await self._ask(lambda db: messages.reached(db, call_id))

    async def awaited(self) -> list[AwaitedFile]:
        return await self._ask(lambda db: messages.awaited(db, self._node))
