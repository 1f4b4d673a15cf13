"""What the writer of facts makes of a connection that is lost, at whatever moment."""

from typing import Any

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.store.fact_writer import FactWriter


class Lost:
    """asyncpg's connection when it is closed between preparing a statement and running it."""

    _protocol: Any = None
    is_terminated = False

    async def fetchval(self, *_: object) -> object:
        return await self._protocol.bind_execute()

    def terminate(self) -> None:
        self.is_terminated = True


class Faulty(Lost):
    async def fetchval(self, *_: object) -> object:
        return self._protocol.of_ours


async def test_a_connection_lost_in_the_middle_of_a_statement_is_unavailable() -> None:
    connection: Any = Lost()

    with pytest.raises(Unavailable):
        await FactWriter(connection, None).commit([])

    assert connection.is_terminated


async def test_a_fault_of_ours_stays_what_it_is() -> None:
    connection: Any = Faulty()

    with pytest.raises(AttributeError, match="of_ours"):
        await FactWriter(connection, None).commit([])
