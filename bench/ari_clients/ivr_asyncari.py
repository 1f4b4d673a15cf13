"""The IVR of bench/ivr.py with asyncari, as its own examples have it; runs in its environment."""

import asyncio
import sys

import asyncari  # type: ignore[import-not-found]  # in an environment of its own
from asyncari.state import (  # type: ignore[import-not-found]
    DTMFHandler,
    ToplevelChannelState,
)

from bench.ari_clients.load import Target

APP = "bench-asyncari"
MEDIA, KEYS = "sound:hotline/in-the-queue", "12"


class Menus(ToplevelChannelState, DTMFHandler):  # type: ignore[misc]
    """Two prompts, a key after each; the second key hangs up. A wrong one is asked for again."""

    step = 0

    async def on_start(self) -> None:
        await self._ask()

    async def on_dtmf(self, evt: object) -> None:
        if getattr(evt, "digit", "") == KEYS[self.step]:
            self.step += 1
        if self.step == len(KEYS):
            await self.hang_up()
        else:
            await self._ask()

    async def _ask(self) -> None:
        await self.channel.play(media=MEDIA, lang="zh")


async def main() -> None:
    target = Target.from_env()
    connecting = asyncari.connect(f"{target.base}/", APP, target.user, target.password)
    async with connecting as ari, ari.on_channel_event("StasisStart") as arriving:
        sys.stdout.write('"ready"\n')
        sys.stdout.flush()
        async for found, _ in arriving:
            await Menus(found["channel"]).start_task()


if __name__ == "__main__":
    asyncio.run(main())
