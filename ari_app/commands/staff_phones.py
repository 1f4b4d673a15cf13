"""Sample phones that take part in a test call: log in if need be, answer, hold a tone."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ari_app.commands.trouble import NotPossible
from ari_app.domain.errors import HotlineError

if TYPE_CHECKING:
    from ari_app.commands.transcript import Transcript
    from ari_app.lab.party import Party
    from ari_app.lab.world import World

TONES = (620, 740, 880, 523)  # one for each phone, so that the caller can tell them apart
RING_SECONDS = 1.0
WRAP_UP_SECONDS = 60.0  # for which a call of a moment ago is waited for
LOGIN = "*45"

PIN_PROMPTS = ("zh/enter-pin", "en/enter-pin")

Order = Callable[[str], Awaitable[object]]
States = Callable[[], Awaitable[Mapping[str, str]]]


class StaffPhones:
    """`states` asks for the state of each agent, by agent number."""

    def __init__(
        self,
        world: "World",
        extensions: Sequence[str],
        states: States,
        told: "Transcript",
        order: Order,
    ) -> None:
        """Args: order: makes an agent ready as a supervisor does: who has a PIN keeps it secret."""
        self._order = order
        self._world = world
        self._tones = dict(zip(extensions, TONES, strict=False))
        self._states = states
        self._told = told
        self._logged_in: list[str] = []

    @property
    def goals(self) -> tuple[str, ...]:
        """What a caller hears when one of them answers."""
        return tuple(f"tone {hertz}" for hertz in self._tones.values())

    async def start_work(self) -> None:
        """Whoever is logged out logs in, also who is about to be, after the wrap-up of a call;
        everybody's phone will be answered.

        Raises: NotPossible.
        """
        for extension in self._tones:
            state = (await self._states()).get(extension)
            if state is None:
                raise NotPossible(f"no agent has the number {extension}", "`hotline agents`")
            if state == "wrap_up":
                self._told.add(extension, "noted", state)
                state = await self._after_wrap_up(extension)
            if state == "logged_out":
                await self._log_in(extension)
            elif state != "ready":
                self._told.add(extension, "noted", state)
            self._world.on_ring[extension] = self._ring

    async def end_work(self) -> None:
        """Those whom we logged in log out again: their phones are about to vanish."""
        for extension in self._logged_in:
            with contextlib.suppress(HotlineError, TimeoutError):
                await self._dial(extension, LOGIN)

    async def _after_wrap_up(self, extension: str) -> str:
        from ari_app.lab.lab import until

        async def is_over() -> bool:
            return (await self._states())[extension] != "wrap_up"

        try:
            await until(is_over, WRAP_UP_SECONDS, f"agent {extension} out of wrap-up")
        except TimeoutError as error:
            step = f'`hotline agents set {extension} ready --why "..."` ends it'
            raise NotPossible(str(error), step) from error
        return (await self._states())[extension]

    async def _log_in(self, extension: str) -> None:
        from ari_app.lab.lab import until

        if await self._is_asked_for_pin(extension):
            self._told.add(extension, "noted", "PIN: logged in as by a supervisor")
            await self._order(extension)
        self._logged_in.append(extension)
        await until(lambda: self._is_at_work(extension), 10, f"agent {extension} logged in")

    async def _is_asked_for_pin(self, extension: str) -> bool:
        """Hangs up on the question. Who is not asked is logged in, and hung up on."""
        from ari_app.lab.party import Unheard

        phone = await self._dialled(extension, LOGIN)
        try:
            await phone.until_heard(*PIN_PROMPTS, within=15)
        except Unheard:
            return False
        finally:
            await phone.hang_up()
        return True

    async def _is_at_work(self, extension: str) -> bool:
        return (await self._states()).get(extension) != "logged_out"

    async def _dial(self, extension: str, code: str) -> None:
        await (await self._dialled(extension, code)).until_gone(15)

    async def _dialled(self, extension: str, code: str) -> "Party":
        self._told.add(extension, "pressed", code)
        phone = await self._world.feature(extension, code)
        phone.on_heard = lambda item: self._told.heard(extension, item)
        return phone

    def _ring(self, phone: "Party") -> None:
        self._told.add(phone.name, "rings")
        self._world.start(self._answer(phone))

    async def _answer(self, phone: "Party") -> None:
        """A caller who gives up meanwhile ends it."""
        with contextlib.suppress(HotlineError):
            await asyncio.sleep(RING_SECONDS)
            await phone.answer()
            self._told.add(phone.name, "answered")
            phone.on_heard = lambda item: self._told.heard(phone.name, item)
            phone.talk(self._tones[phone.name])
