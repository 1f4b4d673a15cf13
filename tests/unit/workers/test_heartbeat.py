import asyncio
import time

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.workers.heartbeat import Heartbeat


class Gate:
    def __init__(self) -> None:
        self.written: list[str] = []
        self.is_away = False

    async def write(self, now: str) -> None:
        if self.is_away:
            raise Unavailable("Asterisk does not answer")
        self.written.append(now)


async def beat_for(heartbeat: Heartbeat, seconds: float) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await heartbeat.run()


async def test_the_gate_is_kept_open_every_second() -> None:
    gate = Gate()

    await beat_for(Heartbeat(gate.write, 1.0), 9.5)

    assert len(gate.written) == 10


async def test_the_wall_clock_is_written_in_whole_seconds() -> None:
    gate = Gate()
    before = int(time.time())

    await beat_for(Heartbeat(gate.write, 1.0), 0.5)

    assert before <= int(gate.written[0]) <= time.time()


async def test_a_missed_beat_is_logged_and_the_next_one_is_tried(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate = Gate()
    heartbeat = Heartbeat(gate.write, 1.0)
    gate.is_away = True
    await beat_for(heartbeat, 2.5)
    assert heartbeat.age is None
    assert len(caplog.records) == 3

    gate.is_away = False
    await beat_for(heartbeat, 0.5)

    assert len(gate.written) == 1
    assert heartbeat.age is not None
    assert heartbeat.age < 5


async def test_an_asterisk_that_is_back_hears_a_beat_at_once() -> None:
    gate = Gate()
    heartbeat = Heartbeat(gate.write, 60.0)
    beating = asyncio.create_task(heartbeat.run())
    await asyncio.sleep(1)
    heartbeat.lost()
    assert heartbeat.age is None

    heartbeat.connected()
    await asyncio.sleep(0.1)

    assert len(gate.written) == 2
    assert heartbeat.age is not None
    beating.cancel()
    await asyncio.wait((beating,))
