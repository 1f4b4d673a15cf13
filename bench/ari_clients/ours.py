"""The operations with our client: typed, over the WebSocket unless they wait for a channel."""

import asyncio

from ari_app.ari import Ari, Options
from bench.ari_clients.load import Target, obey

# As patient as the others: on a busy machine a channel's thread may take its time.
OPTIONS = Options(request_timeout=60)


async def main() -> None:
    target = Target.from_env()
    ari = Ari(f"{target.base}/ari", target.user, target.password, ("bench-ours",), options=OPTIONS)
    running = asyncio.create_task(ari.run())
    async with asyncio.timeout(10):
        await ari.until_connected()
    channels, bridges = ari.channels, ari.bridges
    await obey(
        {
            "ping": (lambda _: ari.asterisk.ping(),),
            "variable": (
                lambda turn: channels.set_channel_var(turn.channel, "BENCH", value="1"),
                lambda turn: channels.get_channel_var(turn.channel, "BENCH"),
            ),
            "bridge": (
                lambda turn: bridges.create_with_id(turn.bridge, type="mixing"),
                lambda turn: bridges.destroy(turn.bridge),
            ),
        }
    )
    running.cancel()


if __name__ == "__main__":
    asyncio.run(main())
