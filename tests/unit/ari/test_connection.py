"""Requests over one WebSocket: pipelined, each with a deadline, in whatever order."""

import asyncio
import dataclasses

import pytest

from ari_app.ari import Ari, AriUnavailable
from ari_app.ari.resource import Answer, Operation
from tests.fakes.ari_server import AriServer, Reply, channel_json
from tests.unit.ari.conftest import QUICK, connected, until


async def test_many_requests_are_in_flight_on_one_socket(ari: Ari, server: AriServer) -> None:
    server.hold("GET", "asterisk/ping")

    async with asyncio.TaskGroup() as tasks:
        pings = [tasks.create_task(ari.asterisk.ping()) for _ in range(50)]
        held = [await server.held.get() for _ in range(50)]
        in_flight = ari.stats.in_flight
        for request in held:
            request.answer.set_result(
                Reply(body={"asterisk_id": "1", "ping": "pong", "timestamp": ""})
            )

    assert in_flight == 50
    assert server.connections == 1
    assert {one.way for one in held} == {"ws"}
    assert {one.result().ping for one in pings} == {"pong"}


async def test_answers_find_their_request_in_any_order(ari: Ari, server: AriServer) -> None:
    server.hold("GET", "channels/a")
    server.hold("GET", "channels/b")

    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(ari.channels.get("a"))
        one = await server.held.get()
        second = tasks.create_task(ari.channels.get("b"))
        two = await server.held.get()
        two.answer.set_result(Reply(body=channel_json("b")))
        await second
        one.answer.set_result(Reply(body=channel_json("a")))

    assert (first.result().id, second.result().id) == ("a", "b")


async def test_a_request_ends_at_its_deadline_and_a_late_answer_is_ignored(
    server: AriServer,
) -> None:
    server.hold("GET", "channels/a")
    options = dataclasses.replace(QUICK, request_timeout=0.03)

    async with connected(server, options=options) as ari:
        with pytest.raises(AriUnavailable, match="outcome is unknown"):
            await ari.channels.get("a")
        (await server.held.get()).answer.set_result(Reply(body=channel_json("a")))
        await until(lambda: ari.stats.late_answers)

        assert (ari.stats.timeouts, ari.stats.late_answers, ari.stats.in_flight) == (1, 1, 0)


async def test_a_cancelled_caller_leaves_nothing_behind(ari: Ari, server: AriServer) -> None:
    server.hold("GET", "channels/a")
    caller = asyncio.create_task(ari.channels.get("a"))
    held = await server.held.get()

    caller.cancel()
    await asyncio.wait({caller})
    held.answer.set_result(Reply(body=channel_json("a")))
    await ari.asterisk.ping()

    assert caller.cancelled()
    assert ari.stats.in_flight == 0


async def test_requests_in_flight_fail_when_the_connection_breaks(
    ari: Ari, server: AriServer
) -> None:
    server.hold("GET", "channels/a")
    caller = asyncio.create_task(ari.channels.get("a"))
    await server.held.get()

    server.break_off("hotline-0")

    with pytest.raises(AriUnavailable) as caught:
        await caller
    assert not caught.value.outcome_known


async def test_nothing_is_sent_without_a_connection() -> None:
    ari = Ari("http://127.0.0.1:9/ari", "user", "secret")

    with pytest.raises(AriUnavailable) as caught:
        await ari.asterisk.ping()
    assert caught.value.outcome_known


async def test_a_request_too_many_is_refused_rather_than_queued(server: AriServer) -> None:
    server.hold("GET", "channels/a")
    options = dataclasses.replace(QUICK, pending_requests=1)

    async with connected(server, options=options) as ari:
        caller = asyncio.create_task(ari.channels.get("a"))
        held = await server.held.get()
        with pytest.raises(AriUnavailable, match="too many"):
            await ari.asterisk.ping()
        held.answer.set_result(Reply(body=channel_json("a")))
        await caller


async def test_an_answer_of_another_shape_is_unavailable(ari: Ari, server: AriServer) -> None:
    server.reply("GET", "channels/a", {"id": 7})

    with pytest.raises(AriUnavailable, match="unreadable"):
        await ari.channels.get("a")


async def test_the_raw_answer_of_a_lane_is_open_to_new_operations(
    ari: Ari, server: AriServer
) -> None:
    server.reply("GET", "new/thing", {"a": 1})
    operation = Operation[None]("new.thing", "GET", "new/thing")

    answer = await ari.send(operation, "new/thing", None)

    assert answer == Answer(200, "OK", '{"a": 1}')
