"""Services that answer as services do: well, late, wrongly, or with far too much."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from ari_app.domain.errors import Unavailable
from ari_app.web.json_service import LARGEST, fetched


async def answer(request: web.Request) -> web.StreamResponse:
    match request.match_info["how"]:
        case "good":
            return web.json_response({"status": "done", "asked": request.query_string})
        case "elsewhere":
            raise web.HTTPFound("/good")
        case "broken":
            return web.Response(status=500)
        case "text":
            return web.Response(text="<html>")
        case "deep":
            return web.Response(text="[" * 20_000)
        case "much":
            return web.Response(text="[" + "1," * LARGEST + "1]")
        case "late":
            await asyncio.sleep(30)
    raise web.HTTPNotFound


@pytest.fixture
async def service() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{how}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_an_answer_is_json(service: str) -> None:
    assert await fetched(f"{service}/good?n=1", 5) == {"status": "done", "asked": "n=1"}


async def test_not_found_is_nothing(service: str) -> None:
    assert await fetched(f"{service}/nowhere", 5) is None


@pytest.mark.parametrize("how", ["elsewhere", "broken", "text", "deep", "much", "late"])
async def test_anything_else_is_no_answer(service: str, how: str) -> None:
    with pytest.raises(Unavailable):
        await fetched(f"{service}/{how}", 0.5)


async def test_a_service_that_is_away_is_no_answer() -> None:
    with pytest.raises(Unavailable):
        await fetched("http://127.0.0.1:1/x", 1)
