"""One text frame of a WebSocket -> one event; nothing a peer sends can raise here."""

import logging
from datetime import UTC, datetime
from typing import Any

import msgspec

from ari_app.ari.events import Event, KnownEvent
from ari_app.ari.signals import UnknownEvent
from ari_app.ari.stats import Stats

log = logging.getLogger(__name__)

_known: msgspec.json.Decoder[Event] = msgspec.json.Decoder(KnownEvent)
_plain: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])
_NAMES = frozenset(one.__name__ for one in KnownEvent.__args__)
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


def decode_frame(frame: bytes, stats: Stats) -> Event | None:
    """The event in `frame`; None, counted and logged, when it holds none.

    A type we do not know becomes an UnknownEvent. So does a known type whose fields are not as
    described (counted as a bad frame too): those who follow its ids still hear of it.
    """
    try:
        return _known.decode(frame)
    except _UNREADABLE as error:
        return _second_look(frame, stats, error)


def _second_look(frame: bytes, stats: Stats, first: Exception) -> UnknownEvent | None:
    try:
        raw = _plain.decode(frame)
    except _UNREADABLE as error:
        _bad(frame, stats, error)
        return None
    name = raw.get("type")
    if not isinstance(name, str):
        _bad(frame, stats, first)
        return None
    if name in _NAMES:
        _bad(frame, stats, first)
    else:
        stats.unknown_events += 1
    return UnknownEvent(
        application=str(raw.get("application", "")),
        timestamp=datetime.now(UTC),
        type_name=name,
        raw=raw,
    )


def _bad(frame: bytes, stats: Stats, error: Exception) -> None:
    stats.bad_frames += 1
    log.warning("unreadable frame of %d bytes: %s", len(frame), error)
