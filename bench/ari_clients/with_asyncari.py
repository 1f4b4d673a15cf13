"""The operations with asyncari, as its own documentation uses it; runs in its environment."""

import asyncio

import asyncari  # type: ignore[import-not-found]  # in an environment of its own

from bench.ari_clients.load import Target, obey


async def main() -> None:
    target = Target.from_env()
    connecting = asyncari.connect(f"{target.base}/", "bench-asyncari", target.user, target.password)
    async with connecting as ari:
        channels, bridges = ari.channels, ari.bridges
        await obey(
            {
                "ping": (lambda _: ari.asterisk.ping(),),
                "variable": (
                    lambda turn: channels.setChannelVar(
                        channelId=turn.channel, variable="BENCH", value="1"
                    ),
                    lambda turn: channels.getChannelVar(channelId=turn.channel, variable="BENCH"),
                ),
                "bridge": (
                    lambda turn: bridges.createWithId(bridgeId=turn.bridge, type="mixing"),
                    lambda turn: bridges.destroy(bridgeId=turn.bridge),
                ),
            }
        )


if __name__ == "__main__":
    asyncio.run(main())
