"""What a channel is asked the moment it comes in: to say that it is served, and a first prompt."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ari_app.ari.resource import Answer, Operation, Resource, unread

# Setting a variable waits for the channel's own thread, which plays prompts to their end first.
# Reading one does not, and the dialplan function SET writes what it is asked to read.
_TAKE = Operation[None]("channels.get_channel_var", "GET", "channels/{}/variable")
_PLAY = Operation[None]("channels.play_with_id", "POST", "channels/{}/play/{}")
TAKEN = ("GROUP(call)", "taken")


@dataclass(frozen=True, slots=True)
class Opening:
    """Prompts that are on their way before anybody waits for their end."""

    name: str
    prompts: tuple[str, ...]
    language: str
    sent: "asyncio.Future[Answer]"

    def says(self, prompts: Sequence[str], language: str) -> bool:
        return (self.prompts, self.language) == (tuple(prompts), language)

    async def accepted(self) -> None:
        """Returns when Asterisk has answered, whatever it said."""
        await asyncio.wait((self.sent,))


class Newcomer(Resource):
    """A channel that nobody has asked for anything yet."""

    async def take(self, channel_id: str) -> None:
        await self._ask(_TAKE, (channel_id,), {"variable": "SET({}={})".format(*TAKEN)})

    def open(self, channel_id: str, name: str, prompts: Sequence[str], language: str) -> Opening:
        """Sends at once. Raises: Unavailable when there is no connection."""
        values = {"media": media(prompts), "lang": language}
        sent = unread(self._send(_PLAY, (channel_id, name), values))
        return Opening(name, tuple(prompts), language, sent)

    async def opened(self, channel_id: str, opening: Opening) -> None:
        """Raises what `play` raises."""
        await self._read(_PLAY, (channel_id, opening.name), opening.sent)


def media(prompts: Sequence[str]) -> list[str]:
    """As Asterisk names our prompts; `recording:` is one of this call, `tone:` a tone."""
    own = ("recording:", "tone:")
    return [one if one.startswith(own) else f"sound:hotline/{one}" for one in prompts]
