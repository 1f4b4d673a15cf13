"""Operations: how they are written down, and what their refusals mean."""

import pytest

from ari_app.ari import Ari, AriRefused, AriUnavailable
from ari_app.ari.resource import Operation
from ari_app.domain.errors import Conflict, NotFound
from tests.fakes.ari_server import AriServer


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, AriRefused),
        (404, NotFound),
        (409, Conflict),
        (412, AriRefused),
        (422, AriRefused),
        (500, AriUnavailable),
        (503, AriUnavailable),
    ],
)
@pytest.mark.parametrize("lane", ["fast", "slow"])
async def test_a_refusal_becomes_our_error(
    ari: Ari, server: AriServer, status: int, error: type[Exception], lane: str
) -> None:
    server.reply("POST", "channels/a/ring", {"message": "No"}, status=status)
    server.reply("POST", "channels/a/answer", {"message": "No"}, status=status)

    with pytest.raises(error):
        await (ari.channels.ring("a") if lane == "fast" else ari.channels.answer("a"))


async def test_a_refusal_carries_its_operation_and_reason(ari: Ari, server: AriServer) -> None:
    server.reply("POST", "channels/a/ring", {"message": "Channel in invalid state"}, status=412)

    with pytest.raises(AriRefused) as caught:
        await ari.channels.ring("a")

    refused = caught.value
    assert (refused.operation, refused.status) == ("channels.ring", 412)
    assert refused.reason == "Channel in invalid state"


async def test_what_is_not_found_is_named(ari: Ari) -> None:
    with pytest.raises(NotFound) as caught:
        await ari.channels.hangup("a")

    assert (caught.value.kind, caught.value.key) == ("channel", "a")


async def test_an_asterisk_that_has_not_loaded_ari_yet_is_away(ari: Ari, server: AriServer) -> None:
    server.reply("GET", "channels", None, status=404)

    with pytest.raises(AriUnavailable, match="not loaded yet"):
        await ari.channels.list()


def test_ids_are_quoted_in_the_path_and_values_in_the_query() -> None:
    operation = Operation[None]("x", "DELETE", "recordings/live/{}")

    uri, body = operation.render(("voicemail/a +1",), {"reason": "a b&c", "n": None, "on": True})

    assert uri == "recordings/live/voicemail%2Fa%20%2B1?reason=a+b%26c&on=true"
    assert body is None


def test_several_values_are_joined_in_a_query_and_listed_in_a_body() -> None:
    in_query = Operation[None]("x", "GET", "x").render((), {"only": ["build", "status"]})
    in_body = Operation[None]("x", "POST", "x").render((), {"media": ["sound:a", "sound:b"]})

    assert in_query == ("x?only=build%2Cstatus", None)
    assert in_body == ("x", b'{"media":["sound:a","sound:b"]}')
