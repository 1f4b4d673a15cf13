"""The keys that somebody has pressed and nobody has asked for yet."""

import asyncio
from collections import deque
from datetime import datetime

from ari_app.ari.events import ChannelDtmfReceived

KEPT_KEYS = 40
HABIT = 3.0  # seconds: so long a key may come that ends what is complete already


class Keys:
    """In the order pressed; of more than KEPT_KEYS the first are forgotten."""

    def __init__(self) -> None:
        self._keys: deque[str] = deque(maxlen=KEPT_KEYS)
        self._presses: deque[tuple[datetime, str]] = deque(maxlen=KEPT_KEYS)
        self._news = asyncio.Event()
        self._overlooked = "", 0.0  # a key, until when

    def __len__(self) -> int:
        return len(self._keys)

    def told(self, event: ChannelDtmfReceived) -> bool:
        """Whether it is news: an endpoint that is listened to tells of its channels too
        (res/stasis/app.c)."""
        press = event.timestamp, event.digit
        if press in self._presses:
            return False
        self._presses.append(press)
        if not self._is_overlooked(event.digit):
            self._keys.append(event.digit)
            self._news.set()
        return True

    async def come(self) -> None:
        """Returns when there is one."""
        while not self._keys:
            self._news.clear()
            await self._news.wait()

    def take(self) -> str:
        """The first; "" when there is none."""
        return self._keys.popleft() if self._keys else ""

    def drop_last(self, key: str) -> None:
        """If it is this one."""
        if self._keys and self._keys[-1] == key:
            self._keys.pop()

    def overlook(self, key: str) -> None:
        """If the next one, or the first of those here, is this one and comes soon."""
        if not self._keys:
            self._overlooked = key, asyncio.get_running_loop().time() + HABIT
        elif self._keys[0] == key:
            self._keys.popleft()

    def _is_overlooked(self, key: str) -> bool:
        overlooked, self._overlooked = self._overlooked, ("", 0.0)
        return key == overlooked[0] and asyncio.get_running_loop().time() < overlooked[1]
