"""The operations as plain requests on aiohttp's keep-alive connections, answers parsed as JSON."""

import asyncio

from aiohttp import ClientSession, TCPConnector, encode_basic_auth

from bench.ari_clients.load import Target, obey

CONNECTIONS = 50  # as many as are ever in flight, so that none waits for another


async def main() -> None:
    target = Target.from_env()
    headers = {"Authorization": encode_basic_auth(target.user, target.password)}
    connector = TCPConnector(limit=CONNECTIONS, keepalive_timeout=10)
    async with ClientSession(headers=headers, connector=connector) as session:

        async def ask(method: str, path: str, **values: str) -> object:
            url = f"{target.base}/ari/{path}"
            async with session.request(method, url, params=values) as answer:
                answer.raise_for_status()
                return await answer.json() if answer.status != 204 else await answer.read()

        await obey(
            {
                "ping": (lambda _: ask("GET", "asterisk/ping"),),
                "variable": (
                    lambda turn: ask(
                        "POST", f"channels/{turn.channel}/variable", variable="BENCH", value="1"
                    ),
                    lambda turn: ask("GET", f"channels/{turn.channel}/variable", variable="BENCH"),
                ),
                "bridge": (
                    lambda turn: ask("POST", f"bridges/{turn.bridge}", type="mixing"),
                    lambda turn: ask("DELETE", f"bridges/{turn.bridge}"),
                ),
            }
        )


if __name__ == "__main__":
    asyncio.run(main())
