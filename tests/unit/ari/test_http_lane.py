"""The slow lane: side by side over HTTP, never in the way of the fast one."""

import asyncio
import dataclasses

import pytest

from ari_app.ari import Ari, AriUnavailable
from tests.fakes.ari_server import AriServer, Reply
from tests.unit.ari.conftest import QUICK, connected


async def test_slow_operations_run_side_by_side_and_block_no_fast_one(
    ari: Ari, server: AriServer
) -> None:
    server.hold("POST", "channels/a/answer")
    server.hold("POST", "channels/b/answer")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ari.channels.answer("a"))
        tasks.create_task(ari.channels.answer("b"))
        held = [await server.held.get() for _ in range(2)]
        await ari.asterisk.ping()
        for request in held:
            request.answer.set_result(Reply(204))

    assert {one.way for one in held} == {"http"}
    assert ari.stats.slow_requests == 2


async def test_a_slow_request_has_a_deadline(server: AriServer) -> None:
    server.hold("POST", "channels/a/answer")
    options = dataclasses.replace(QUICK, request_timeout=0.05)

    async with connected(server, options=options) as ari:
        with pytest.raises(AriUnavailable) as caught:
            await ari.channels.answer("a")

    assert not caught.value.outcome_known


async def test_values_travel_as_json_so_that_any_text_passes(ari: Ari, server: AriServer) -> None:
    text = 'é "x", 你好 & + % ' * 400
    server.reply("POST", "channels/a/variable", status=204)

    await ari.channels.set_channel_var("a", "CC_STEP", value=text)

    (request,) = server.asked("channels/a/variable")
    assert request.body == {"variable": "CC_STEP", "value": text}


async def test_a_recording_comes_as_bytes(ari: Ari, server: AriServer) -> None:
    server.reply("GET", "recordings/stored/voicemail%2Fa-1/file", b"RIFF\x00\xff")

    assert await ari.recordings.get_stored_file("voicemail/a-1") == b"RIFF\x00\xff"
