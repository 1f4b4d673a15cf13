"""Lamps follow the agents, a moment after the phone that is to ring."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import Conflict, HotlineError, Unavailable
from ari_app.flows.beside import beside
from ari_app.workers.lamps import LAMPS, Lamp, Lamps
from tests.fakes.floor import Floor, an_agent


class Asterisk:
    """Keeps the device states it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.fails: HotlineError | None = None

    async def update(self, device: str, lamp: Lamp) -> None:
        await asyncio.sleep(0.001)
        if self.fails is not None:
            raise self.fails
        self.told.append((device, lamp))

    @property
    def lamps(self) -> dict[str, str]:
        return dict(self.told)


@pytest.fixture
async def asterisk() -> Asterisk:
    return Asterisk()


@asynccontextmanager
async def lit(asterisk: Asterisk, floor: Floor) -> AsyncIterator[Lamps]:
    lamps = Lamps(asterisk.update)
    floor.roster.watch(lamps.moved)
    async with beside(lamps.run(), "lamps"):
        yield lamps


@pytest.mark.parametrize("state", AgentState)
def test_every_state_has_its_lamp(state: AgentState) -> None:
    assert LAMPS[state]


async def test_a_call_can_be_followed_on_the_lamp(asterisk: Asterisk) -> None:
    floor = Floor(an_agent(8001))

    async with lit(asterisk, floor):
        floor.log_in()
        await asyncio.sleep(1)
        await floor.talk(seconds=5)
        await asyncio.sleep(20)
        floor.pause()
        await asyncio.sleep(1)

    assert [lamp for _, lamp in asterisk.told] == [
        "NOT_INUSE", "RINGING", "INUSE", "BUSY", "NOT_INUSE", "ONHOLD",
    ]  # fmt: skip
    assert set(asterisk.lamps) == {"Stasis:agent-8001"}


async def test_the_phone_rings_before_its_lamp_does(asterisk: Asterisk) -> None:
    floor = Floor(an_agent(8001))

    async with lit(asterisk, floor), floor.waiting():
        floor.log_in()
        await asyncio.sleep(0.05)
        assert len(floor.exchange.rung) == 1
        assert asterisk.told == []
        await asyncio.sleep(0.1)
        assert asterisk.lamps == {"Stasis:agent-8001": "RINGING"}


async def test_everybody_is_shown_again_to_an_asterisk_that_may_have_forgotten(
    asterisk: Asterisk,
) -> None:
    floor = Floor(an_agent(8001), an_agent(8002))

    async with lit(asterisk, floor) as lamps:
        floor.log_in(8002)
        await asyncio.sleep(1)
        asterisk.told.clear()
        lamps.all(floor.roster.seats())
        await asyncio.sleep(1)

    assert asterisk.lamps == {
        "Stasis:agent-8001": "UNAVAILABLE",
        "Stasis:agent-8002": "NOT_INUSE",
    }


async def test_what_asterisk_did_not_take_is_told_again_as_it_is_then(
    asterisk: Asterisk, caplog: pytest.LogCaptureFixture
) -> None:
    floor = Floor(an_agent(8001), an_agent(8002))

    async with lit(asterisk, floor):
        asterisk.fails = Unavailable("not connected")
        floor.log_in()
        await asyncio.sleep(1)
        floor.pause(8002)
        asterisk.fails = None
        await asyncio.sleep(10)

    assert asterisk.lamps == {"Stasis:agent-8001": "NOT_INUSE", "Stasis:agent-8002": "ONHOLD"}
    assert "lamps are late" in caplog.text


async def test_a_lamp_that_is_refused_keeps_no_other_dark(
    asterisk: Asterisk, caplog: pytest.LogCaptureFixture
) -> None:
    floor = Floor(an_agent(8001))

    async with lit(asterisk, floor):
        asterisk.fails = Conflict("409")
        floor.log_in()
        await asyncio.sleep(1)
        asterisk.fails = None
        floor.pause()
        await asyncio.sleep(1)

    assert asterisk.lamps == {"Stasis:agent-8001": "ONHOLD"}
    assert "cannot be set" in caplog.text


async def test_an_agent_who_moves_while_the_lamp_is_set_is_shown_where_the_move_ended(
    asterisk: Asterisk,
) -> None:
    floor = Floor(an_agent(8001))

    async with lit(asterisk, floor):
        floor.log_in()
        await asyncio.sleep(0.1005)
        floor.pause()
        await asyncio.sleep(1)

    assert asterisk.told[-1] == ("Stasis:agent-8001", "ONHOLD")
