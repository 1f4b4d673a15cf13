"""Whatever a peer sends, decoding answers with an event or a counted bad frame."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.ari import Ari, UnknownEvent
from ari_app.ari.decode import _NAMES, decode_frame
from ari_app.ari.events import ChannelDtmfReceived, Event
from ari_app.ari.stats import Stats
from tests.fakes.ari_server import NOW, AriServer, channel_json

logging.getLogger("ari_app.ari.decode").setLevel(logging.CRITICAL)

HEAD = {"application": "app", "timestamp": NOW}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
almost_events = st.builds(
    lambda name, rest: {**rest, "type": name},
    st.sampled_from(sorted(_NAMES)) | st.text(),
    st.dictionaries(
        st.sampled_from(["application", "timestamp", "channel", "bridge", "playback", "cause"]),
        json_values | st.just(NOW) | st.just(channel_json("c")),
    ),
)


def decode(text: object) -> tuple[Event | None, Stats]:
    stats = Stats()
    return decode_frame(json.dumps(text).encode(), stats), stats


def test_unknown_fields_are_ignored_and_missing_optional_ones_are_none() -> None:
    event, _ = decode(
        {**HEAD, "type": "ChannelDtmfReceived", "digit": "5", "duration_ms": 80, "new": [1]}
        | {"channel": channel_json("c")}
    )

    assert isinstance(event, ChannelDtmfReceived)
    assert (event.digit, event.asterisk_id, event.channel.caller_rdnis) == ("5", None, None)
    assert event.ids() == ("c",)


def test_an_unknown_type_keeps_all_it_said() -> None:
    event, stats = decode({**HEAD, "type": "New", "channel": {"id": "c"}})

    assert isinstance(event, UnknownEvent)
    assert (event.type_name, event.ids()) == ("New", ("c",))
    assert (stats.unknown_events, stats.bad_frames) == (1, 0)


def test_a_known_type_in_another_shape_still_reaches_its_followers() -> None:
    event, stats = decode({**HEAD, "type": "ChannelDestroyed", "channel": channel_json("c")})

    assert isinstance(event, UnknownEvent)
    assert event.ids() == ("c",)
    assert stats.bad_frames == 1


def test_a_bad_frame_is_logged_without_its_content(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="ari_app.ari.decode"):
        assert decode_frame(b'{"secret": 42', Stats()) is None

    assert "13 bytes" in caplog.text
    assert "secret" not in caplog.text


@given(st.binary(max_size=50) | almost_events.map(lambda one: json.dumps(one).encode()))
def test_no_frame_raises(frame: bytes) -> None:
    stats = Stats()

    event = decode_frame(frame, stats)

    assert (event is not None) or stats.bad_frames == 1


@pytest.mark.parametrize("frame", [b"[" * 100_000, b'{"type":' * 50_000, b'"\\ud800"', b"\xff\xfe"])
def test_no_depth_or_encoding_raises(frame: bytes) -> None:
    assert decode_frame(frame, Stats()) is None


async def test_a_connection_survives_bad_frames(ari: Ari, server: AriServer) -> None:
    inbox = ari.inbox("call c").follow("c")

    for frame in (b"\xff\xfe", b"[]", b"", b'{"type": 7}', b'{"type":"RESTResponse"}'):
        await server.send_raw("hotline-0", frame)
    await server.sockets["hotline-0"].send_bytes(b"\x00")
    await server.send("hotline-0", "ChannelStateChange", channel=channel_json("c"))

    assert (await inbox.next(within=1)).ids() == ("c",)
    assert ari.stats.bad_frames == 6
    assert server.connections == 1
