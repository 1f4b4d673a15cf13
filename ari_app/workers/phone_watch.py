"""Asks Asterisk which of the roster's phones are there, and to tell of them from now on."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from ari_app.domain.errors import HotlineError
from ari_app.ports import Clock
from ari_app.workers.phones import Phones
from ari_app.workers.roster import Roster


class Switch(Protocol):
    """Asterisk, as ari.switch has it."""

    async def follow_phone(self, phone: str) -> None: ...
    async def phones(self, now: datetime) -> Mapping[str, str]: ...


class PhoneWatch:
    def __init__(self, switch: Switch, roster: Roster, phones: Phones, clock: Clock) -> None:
        self._switch, self._roster = switch, roster
        self._phones, self._clock = phones, clock

    async def meet(self) -> None:
        """Some are new. All are asked about: one that could not be followed before may be now."""
        await self.follow()
        await self.look()

    async def follow(self) -> None:
        """Each by itself: of all at once, `endpoint:`, may crash Asterisk."""
        for phone in [seat.member.phone for seat in self._roster.seats() if seat.member.phone]:
            with contextlib.suppress(HotlineError):
                await self._switch.follow_phone(phone)

    async def look(self) -> None:
        """What became of them while nobody heard."""
        with contextlib.suppress(HotlineError):
            self._phones.found_all(await self._switch.phones(self._clock.now()))
