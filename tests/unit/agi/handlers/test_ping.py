"""The sign of life."""

from agi.handlers import ping
from tests.fakes.agi_peer import FakeAsterisk, session


async def test_a_ping_is_answered_and_sets_nothing() -> None:
    asterisk = FakeAsterisk()

    await ping.handle(session(asterisk))

    assert asterisk.console == ["pong"]
    assert asterisk.variables == {}
