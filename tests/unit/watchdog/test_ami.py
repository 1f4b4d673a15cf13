import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from tests.fakes.ami_server import AmiServer
from watchdog.ami import Ami, AmiLost, AmiSaidNo
from watchdog.guard import Refused

CHANNEL = "PJSIP/world-00000001"


def connect(peer: AmiServer, seconds: float = 2.0) -> AbstractAsyncContextManager[Ami]:
    return Ami.open("127.0.0.1", peer.port, "hotline", "secret", seconds)


async def test_it_logs_in_without_events() -> None:
    async with AmiServer.open() as peer, connect(peer):
        login = peer.said[0]

    assert (login["Action"], login["Username"], login["Events"]) == ("Login", "hotline", "off")


async def test_channels_are_listed_with_the_variables_asked_for() -> None:
    async with AmiServer.open() as peer, connect(peer) as ami:
        peer.channels = [f"Channel: {CHANNEL}\nVariable: GROUP(call)=taken\nVariable: CC_CALL=6f2c"]
        (channel,) = await ami.channels(["GROUP(call)", "CC_CALL"])

        assert channel["Channel"] == CHANNEL
        assert channel["Variable"] == ["GROUP(call)=taken", "CC_CALL=6f2c"]
        assert peer.said[-1]["Variables"] == "GROUP(call),CC_CALL"


async def test_no_channels_is_an_empty_list() -> None:
    async with AmiServer.open() as peer, connect(peer) as ami:
        assert await ami.channels(["GROUP(call)"]) == []


async def test_a_variable_that_is_not_set_is_none() -> None:
    async with AmiServer.open() as peer, connect(peer) as ami:
        peer.variables = {"CC_ALIVE": "1795330597"}

        assert await ami.global_variable("CC_ALIVE") == "1795330597"
        assert await ami.variable(CHANNEL, "GROUP(call)") is None


async def test_a_call_is_marked_before_it_is_moved() -> None:
    async with AmiServer.open() as peer, connect(peer) as ami:
        await ami.send_to_fallback(CHANNEL, "watchdog")

        marked, moved = peer.said[-2:]
    assert (marked["Action"], marked["Variable"], marked["Value"]) == (
        "Setvar", "CC_FALLBACK", "watchdog",
    )  # fmt: skip
    assert (moved["Action"], moved["Context"], moved["Channel"]) == (
        "Redirect", "app-fallback", CHANNEL,
    )  # fmt: skip


async def test_a_channel_name_with_a_line_break_reaches_nobody() -> None:
    async with AmiServer.open() as peer, connect(peer) as ami:
        with pytest.raises(Refused):
            await ami.send_to_fallback(f"{CHANNEL}\r\nAction: Originate", "watchdog")

    assert peer.names() == ["Login"]


async def test_a_refusal_is_said_and_the_connection_goes_on() -> None:
    async with AmiServer.open() as peer, connect(peer) as ami:
        peer.refuse = {"Redirect"}
        with pytest.raises(AmiSaidNo):
            await ami.send_to_fallback(CHANNEL, "watchdog")

        assert await ami.channels(["GROUP(call)"]) == []


async def test_a_refused_login_is_said() -> None:
    async with AmiServer.open() as peer:
        peer.refuse = {"Login"}
        with pytest.raises(AmiSaidNo):
            async with connect(peer):
                pass


async def test_a_peer_that_stops_answering_is_noticed() -> None:
    async with AmiServer.open() as peer, connect(peer, 0.05) as ami:
        peer.silent = lambda action: action == "Status"
        with pytest.raises(AmiLost, match="no answer"):
            await ami.channels(["GROUP(call)"])


async def test_a_peer_that_never_answers_the_login_is_noticed() -> None:
    async with AmiServer.open() as peer:
        peer.silent = lambda action: True
        with pytest.raises(AmiLost):
            async with connect(peer, 0.05):
                pass


async def test_a_connection_that_ends_is_noticed_at_once() -> None:
    async with AmiServer.open() as peer, connect(peer, 60.0) as ami:
        peer.silent = lambda action: True
        asking = asyncio.ensure_future(ami.channels(["GROUP(call)"]))
        await peer.until(lambda: "Status" in peer.names())
        peer.hang_up()

        with pytest.raises(AmiLost, match="ended"):
            await asking


async def test_nobody_listening_is_lost_too() -> None:
    async with AmiServer.open() as peer:
        pass
    with pytest.raises(AmiLost):
        async with connect(peer):
            pass


async def test_what_had_no_answer_is_never_sent_again() -> None:
    async with AmiServer.open() as peer:
        async with connect(peer, 0.05) as ami:
            peer.silent = lambda action: action == "Redirect"
            with pytest.raises(AmiLost):
                await ami.send_to_fallback(CHANNEL, "watchdog")
        async with connect(peer) as ami:
            await ami.channels(["GROUP(call)"])

    assert peer.names().count("Redirect") == 1
