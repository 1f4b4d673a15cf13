"""One party in the world: a channel with an ear, a mouth and fingers."""

import asyncio
import contextlib
from collections.abc import Callable
from urllib.parse import quote

from ari_app.ari import Ari
from ari_app.ari.events import ChannelDestroyed, Event, StasisEnd, StasisStart
from ari_app.domain.errors import HotlineError, NotFound, Unavailable
from ari_app.lab.ear import Ear, Heard, PromptBook
from ari_app.lab.media import Media
from ari_app.lab.mouth import Mouth

NETWORK_OUT_OF_ORDER = 38


class Unheard(HotlineError):
    """What was waited for did not come in time; says what came instead."""


def _is(event: ChannelDestroyed | StasisEnd, channel_id: str) -> bool:
    return event.channel.id == channel_id


class Party:
    """A caller or an agent. `answered` once the two sides are connected."""

    def __init__(
        self,
        ari: Ari,
        book: PromptBook,
        channel_id: str,
        name: str,
        *,
        ears: bool,
        on_gone: Callable[["Party"], None],
    ) -> None:
        self.channel_id = channel_id
        self.name = name
        self.mouth = Mouth()
        self.ear = Ear(book, on_heard=self._on_heard)
        self.cause: int | None = None
        self.on_heard: Callable[[Heard], None] | None = None
        self.gone = asyncio.Event()
        self.answered = asyncio.Event()
        self._ari = ari
        self._ears = ears
        self._on_gone = on_gone
        self._news = asyncio.Event()
        self._media: Media | None = None
        self._inbox = ari.inbox(f"party {name}").follow(channel_id)
        self._task = asyncio.create_task(self._run(), name=f"party {name}")

    # ---- what it does ----

    def ringing(self) -> None:
        """The phone rings; nothing more happens until it answers or refuses."""

    async def answer(self) -> None:
        await self._ari.channels.answer(self.channel_id)
        await self._connect()

    async def refuse(self) -> None:
        await self._ari.channels.hangup(self.channel_id, reason="busy")

    async def hang_up(self) -> None:
        with contextlib.suppress(NotFound, Unavailable):
            await self._ari.channels.hangup(self.channel_id, reason="normal")

    async def cut_off(self, cause: int = NETWORK_OUT_OF_ORDER) -> None:
        """As a line that breaks: the other side is told a cause (Q.850) that is nobody's wish."""
        await self._ari.channels.hangup(self.channel_id, reason_code=str(cause))

    async def press(self, keys: str) -> None:
        await self._ari.channels.send_dtmf(self.channel_id, dtmf=keys, duration=80, between=80)

    async def storm(self, keys: str) -> None:
        """Fifty keys a second: as fast as machines and stuck phones press them."""
        await self._ari.channels.send_dtmf(self.channel_id, dtmf=keys, duration=10, between=10)

    async def refer(self, number: str) -> None:
        """As the transfer key of a phone: the call is held, then REFER to a number (RFC 5589)."""
        await self._refer(f"sip:{number}@127.0.0.1")

    async def take_back(self) -> None:
        """The transfer was refused: the phone talks on.

        Raises:
            Unavailable: the phone was not told, and still waits.
        """
        await self._ari.bridges.add_channel(f"{self.channel_id}-b", [self.channel_id])

    async def refer_to_call(self, other: "Party") -> None:
        """REFER to the other call of this phone, which it shall replace (RFC 5589)."""
        call_id, ours, theirs = [
            (
                await self._ari.channels.get_channel_var(other.channel_id, f"CHANNEL(pjsip,{what})")
            ).value
            for what in ("call-id", "local_tag", "remote_tag")
        ]
        # The tags as the hotline sees them: RFC 3891, 3.
        replaces = quote(f"{call_id};to-tag={theirs};from-tag={ours}", safe="")
        await self._refer(f"sip:{other.name}@127.0.0.1?Replaces={replaces}")

    async def _refer(self, uri: str) -> None:
        """Out of the bridge first: two would read what the hotline answers, and one of them waits
        for it (ast_transfer in Asterisk's channel.c)."""
        await self._ari.bridges.remove_channel(f"{self.channel_id}-b", self.channel_id)
        await self._ari.channels.redirect(self.channel_id, endpoint=f"PJSIP/<{uri}>")

    def talk(self, hz: int) -> None:
        self.mouth.talk(hz)

    # ---- what it hears ----

    async def hears(self, what: str) -> bool:
        """Now, for most of half a second."""
        known = self.ear.seconds(what)
        await asyncio.sleep(0.5)
        return self.ear.seconds(what) > known + 0.2

    async def until_heard(self, *what: str, within: float, after: int = 0) -> Heard:
        """The first of these heard, among what came after the first `after` things.

        Raises:
            Unheard: none came in time; lists what was heard.
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    for item in self.ear.heard[after:]:
                        if item.what in what:
                            return item
                    if self.gone.is_set():
                        raise Unheard(f"{self.name} was cut off; {self._story(what)}")
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise Unheard(f"{self.name}, after {within:g} s: {self._story(what)}") from None

    async def until_gone(self, within: float) -> None:
        try:
            async with asyncio.timeout(within):
                await self.gone.wait()
        except TimeoutError:
            raise Unheard(f"{self.name} is still there; {self._story(('the end',))}") from None

    def _story(self, wanted: tuple[str, ...]) -> str:
        heard = ", ".join(item.what for item in self.ear.heard) or "nothing"
        return f"wanted {' or '.join(wanted)}, heard {heard}"

    def _on_heard(self, item: Heard) -> None:
        self._news.set()
        if self.on_heard:
            self.on_heard(item)

    # ---- how ----

    async def _run(self) -> None:
        async for event in self._inbox:
            await self._on_event(event)

    async def _on_event(self, event: Event) -> None:
        if isinstance(event, StasisStart) and event.args[:1] == ["dialled"]:
            await self._connect()
        elif isinstance(event, ChannelDestroyed | StasisEnd) and _is(event, self.channel_id):
            self.cause = getattr(event, "cause", None)
            self.lost()

    async def _connect(self) -> None:
        """Bridges the channel with a second one that carries its audio to and from us."""
        if self._ears:
            await self._give_ears()
        self.answered.set()

    async def _give_ears(self) -> None:
        media = self._media = await Media.open(self.ear, self.mouth)
        try:
            port = await self._bridged(media.port)
            if port is not None and not self.gone.is_set():
                media.start(port)
        finally:
            if self.gone.is_set():  # in the middle of this: nobody else takes them away again
                media.close()
                await self._tidy()

    async def _bridged(self, port: int) -> int | None:
        """Asterisk's port for our audio; None when the channel is gone."""
        bridge, ears = f"{self.channel_id}-b", f"{self.channel_id}-e"
        with contextlib.suppress(NotFound), self._ari.inbox(f"ears of {self.name}") as inbox:
            inbox.follow(ears)
            await self._ari.channels.external_media(
                "world",
                "alaw",
                channel_id=ears,
                external_host=f"127.0.0.1:{port}",
            )
            while not isinstance(await inbox.next(5.0), StasisStart):
                pass
            found = await self._ari.channels.get_channel_var(ears, "UNICASTRTP_LOCAL_PORT")
            await self._ari.bridges.create_with_id(bridge, type="mixing")
            await self._ari.bridges.add_channel(bridge, [self.channel_id, ears])
            return int(found.value)
        return None

    def lost(self) -> None:
        """The channel is no more, whoever says so."""
        self.gone.set()
        self._news.set()
        self.close()

    def close(self) -> None:
        """Takes ear, mouth and bridge away."""
        if self._media is not None:
            self._media.close()
            self._media = None
            asyncio.get_running_loop().create_task(self._tidy())
        self._inbox.close()
        self._on_gone(self)

    async def _tidy(self) -> None:
        with contextlib.suppress(HotlineError):
            await self._ari.channels.hangup(f"{self.channel_id}-e")
        with contextlib.suppress(HotlineError):
            await self._ari.bridges.destroy(f"{self.channel_id}-b")
