"""Every bad peer ends with its own connection, one log line, and nobody else notices."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from agi.counters import Spent
from agi.handlers import ping
from agi.probe import ping as probe
from agi.server import AgiServer, Limits, Script
from agi.session import AgiSession
from ari_app.domain.errors import BadSettings, Unavailable
from tests.fakes.agi_peer import FakeAsterisk, connected, environment_bytes, request, say

LIMITS = Limits(connections=3)
LONGEST = LIMITS.request_seconds + 0.5
Peer = Callable[[int], Coroutine[Any, Any, object]]


async def _broken(agi: AgiSession) -> None:
    raise ZeroDivisionError


async def _slow(agi: AgiSession) -> None:
    await asyncio.sleep(1)


async def _stuck(agi: AgiSession) -> None:
    agi.note(call_id="c1")
    await asyncio.Event().wait()


SCRIPTS: dict[str, Script] = {
    "ping": ping.handle,
    "broken": _broken,
    "slow": _slow,
    "stuck": _stuck,
}


@asynccontextmanager
async def serving(limits: Limits = LIMITS) -> AsyncIterator[tuple[AgiServer, int]]:
    server = AgiServer(SCRIPTS, limits)
    async with server.listening("127.0.0.1", 0) as port:
        yield server, port


async def until_open(server: AgiServer, connections: int = 1) -> None:
    while server.counters.open_connections < connections:  # noqa: ASYNC110  (a counter only)
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _listen_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The log, without the pings that good peers made."""
    wanted = [r for r in caplog.records if r.levelno > logging.DEBUG and r.name != "asyncio"]
    return [vars(r) for r in wanted if getattr(r, "script", "") != "ping" or hasattr(r, "reason")]


async def unasked(port: int) -> None:
    await say(port, environment_bytes("ping") + b"200 result=1\n")


async def half_line(port: int) -> None:
    async with connected(port) as (_, writer):
        writer.write(b"agi_network: y")


async def probed(port: int) -> None:
    async with connected(port):
        pass


async def reset(port: int) -> None:
    async with connected(port) as (_, writer):
        linger = b"\x01\0\0\0\0\0\0\0"  # on, 0 s: close() sends RST
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


async def dripping(port: int) -> None:
    async with connected(port) as (reader, writer):
        closed = asyncio.ensure_future(reader.read())
        for byte in b"agi_a: " + b"x" * 1000:
            if closed.done():
                break
            writer.write(bytes([byte]))
            await asyncio.wait({closed}, timeout=0.3)
        closed.cancel()


async def hangs_up(port: int) -> None:
    await request(port, FakeAsterisk(hangs_up_at=0), "ping")


def says(data: bytes) -> Peer:
    return lambda port: say(port, data)


BAD_PEERS: dict[str, Peer] = {
    "probe": probed,
    "cut_short": half_line,
    "silent": says(b""),
    "silent in the middle": says(b"agi_network: yes\nagi_netw"),
    "silent, byte by byte": dripping,
    "line_too_long": says(b"agi_a: " + b"x" * 3000),
    "repeated_key": says(b"agi_network: yes\nagi_network: no\n\n"),
    "misplaced_key": says(b"agi_arg_1: x\nagi_network: yes\n\n"),
    "not_agi": says(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    "control_character": says(b"agi_calleridname: \x1b]0;x\x07\n\n"),
    "unknown_script": says(environment_bytes("../etc/passwd")),
    "no_reply": says(environment_bytes("ping")),
    "bad_reply": lambda port: request(port, FakeAsterisk(replies={0: b"what?\n"}), "ping"),
    "command_refused": lambda port: request(port, FakeAsterisk(replies={0: b"510 No\n"}), "ping"),
    "unasked_reply": unasked,
    "too_slow": says(environment_bytes("stuck")),
}


@pytest.mark.parametrize("name", BAD_PEERS)
async def test_a_bad_peer_costs_one_line_and_nothing_else(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = FakeAsterisk()
    reason = name.partition(" ")[0].rstrip(",")

    async with serving() as (server, port), asyncio.timeout(LONGEST):
        bad_peer = asyncio.ensure_future(BAD_PEERS[name](port))
        await request(port, good, "ping")
        await bad_peer
        await request(port, good, "ping")

    assert [line["reason"] for line in lines(caplog)] == [reason]
    assert lines(caplog)[0]["peer"].startswith("127.0.0.1:")
    assert good.console == ["pong", "pong"]
    assert server.counters.refused == {reason: 1}
    assert server.counters.requests["ping", "served"] == 2
    assert server.counters.open_connections == 0


async def test_all_of_them_at_once_leave_the_good_peer_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    good = FakeAsterisk()

    async with serving(Limits(connections=100)) as (_, port), asyncio.timeout(LONGEST):
        bad_peers = [asyncio.ensure_future(peer(port)) for peer in BAD_PEERS.values()]
        await asyncio.gather(*bad_peers, *(request(port, good, "ping") for _ in range(20)))

    assert good.console == ["pong"] * 20
    assert len(lines(caplog)) == len(BAD_PEERS)


async def test_a_reset_connection_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as (_, port):
        await reset(port)
        await probe("127.0.0.1", port)

    assert len(lines(caplog)) == 1


async def test_a_caller_who_hangs_up_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as (server, port):
        await hangs_up(port)

    [record] = caplog.records[-1:]
    assert (record.levelno, vars(record)["result"]) == (logging.INFO, "hung_up")
    assert server.counters.requests == {("ping", "hung_up"): 1}


async def test_a_script_that_breaks_is_one_line_with_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving() as (server, port):
        await request(port, FakeAsterisk(), "broken")
        await probe("127.0.0.1", port)

    [line] = lines(caplog)
    assert (line["levelname"], line["result"]) == ("ERROR", "failed")
    assert line["exc_info"][0] is ZeroDivisionError
    assert server.counters.requests["broken", "failed"] == 1


async def test_what_a_script_notes_is_in_its_line(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as (_, port):
        await say(port, environment_bytes("stuck"))

    assert [(line["script"], line["call_id"]) for line in lines(caplog)] == [("stuck", "c1")]


async def test_too_many_at_once_are_told_so(caplog: pytest.LogCaptureFixture) -> None:
    turned_away = FakeAsterisk()

    async with serving() as (server, port), asyncio.timeout(LONGEST):
        crowd = [asyncio.ensure_future(say(port, b"")) for _ in range(LIMITS.connections)]
        await until_open(server, LIMITS.connections)
        await request(port, turned_away, "ping")
        await asyncio.gather(*crowd)
        await probe("127.0.0.1", port)

    assert turned_away.console == ["agi: too many requests at once"]
    assert server.counters.refused == {"busy": 1, "silent": LIMITS.connections}
    assert len(lines(caplog)) == 1 + LIMITS.connections


async def test_a_flood_is_closed_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    flood = 4 * LIMITS.connections

    async with serving() as (server, port), asyncio.timeout(LONGEST):
        await asyncio.gather(*(say(port, b"") for _ in range(flood)))
        await probe("127.0.0.1", port)

    assert server.counters.refused.total() == flood
    assert len(lines(caplog)) == flood


async def test_stopping_lets_running_requests_finish() -> None:
    asterisk = FakeAsterisk()

    async with serving() as (server, port):
        running = asyncio.ensure_future(request(port, asterisk, "ping"))
        await until_open(server)
    await running

    assert asterisk.console == ["pong"]
    with pytest.raises(Unavailable):
        await probe("127.0.0.1", port)


async def test_stopping_does_not_wait_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    hasty = Limits(drain_seconds=1)

    async with asyncio.timeout(LONGEST), serving(hasty) as (server, port):
        stuck = asyncio.ensure_future(say(port, environment_bytes("stuck")))
        await until_open(server)
    await stuck

    assert [line["reason"] for line in lines(caplog)] == ["stopping"]


async def test_stopping_in_the_middle_of_a_rush_leaves_nothing_open() -> None:
    async with serving() as (server, port):
        rush = [asyncio.ensure_future(say(port, b"agi_a: ")) for _ in range(40)]
        await until_open(server)
    await asyncio.gather(*rush, return_exceptions=True)

    assert server.counters.open_connections == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "hotline.example"])
async def test_only_loopback_is_listened_on(host: str) -> None:
    with pytest.raises(BadSettings):
        async with AgiServer(SCRIPTS).listening(host, 0):
            pass


async def test_a_network_is_served_when_it_is_allowed() -> None:
    async with AgiServer(SCRIPTS).listening("0.0.0.0", 0, allow_remote=True) as port:
        assert await probe("127.0.0.1", port) < 1


async def test_a_port_that_is_taken_is_an_error_of_its_own() -> None:
    async with serving() as (_, port):
        with pytest.raises(OSError, match="in use"):
            async with AgiServer(SCRIPTS).listening("127.0.0.1", port):
                pass


async def test_time_spent_is_counted_by_script() -> None:
    async with serving() as (server, port):
        for _ in range(3):
            await request(port, FakeAsterisk(), "slow?x=y")

    spent = server.counters.spent["slow"]
    assert spent.count == 3
    assert (spent.seconds, spent.longest_seconds) == pytest.approx((3.0, 1.0))


async def test_a_silent_peer_is_closed_when_its_time_is_over() -> None:
    clock = asyncio.get_running_loop()

    async with serving() as (_, port):
        await say(port, b"")
        assert clock.time() == pytest.approx(LIMITS.environment_seconds, abs=0.01)
        await say(port, environment_bytes("ping"))
        assert clock.time() == pytest.approx(2 * LIMITS.command_seconds, abs=0.01)
        await say(port, environment_bytes("stuck"))
        assert clock.time() == pytest.approx(4 + LIMITS.request_seconds, abs=0.01)


def test_the_longest_time_is_kept() -> None:
    spent = Spent()

    spent.add(2.0)
    spent.add(1.0)

    assert (spent.count, spent.seconds, spent.longest_seconds) == (2, 3.0, 2.0)
