"""What playbacks are called: so that a later life of the engine can stop those of an earlier one.

Asterisk plays what it was asked to, whoever asked is there or not, and plays what it is asked to
then behind that. It stops a playback by name, and tells nobody the names.
"""

import itertools
from collections.abc import Iterable, Iterator

from ari_app.ari.client import Lane
from ari_app.ari.resource import unread

TURN = 8  # names of a life, used again and again: a call waits for the end of one or two at once
EARLIER_LIVES = 2  # whose playbacks may still go on: one may have died before it took up any call


class Playbacks:
    """Of one call in one life of the engine."""

    def __init__(self, life: int) -> None:
        self._life = life
        self._turn = itertools.cycle(range(1, TURN + 1))

    def name(self, channel_id: str) -> str:
        """Of the next one."""
        return _name(channel_id, self._life, next(self._turn))

    def earlier(self, channel_id: str) -> Iterator[str]:
        """All that those of earlier lives can be called, the last life first."""
        for life in range(self._life - 1, -1, -1)[:EARLIER_LIVES]:
            for number in range(1, TURN + 1):
                yield _name(channel_id, life, number)


def stop_all(lane: Lane, names: Iterable[str]) -> None:
    """Asks at once and waits for no answer: most will say that there is none of that name."""
    for name in names:
        unread(lane.playbacks.stop(name))


def _name(channel_id: str, life: int, number: int) -> str:
    return f"{channel_id}-p{life * TURN + number}"
