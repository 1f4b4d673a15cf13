"""What the programs of a site say of themselves when they are asked, whoever started them."""

import os
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from agi.probe import ping
from ari_app.domain.errors import Unavailable
from ari_app.site.layout import Site


async def engine_health(site: Site) -> dict[str, Any]:
    """Its `/readyz`; an aiohttp error or TimeoutError when it does not answer."""
    address = f"http://127.0.0.1:{site.ports.web}/readyz"
    timeout = aiohttp.ClientTimeout(total=3)
    async with aiohttp.ClientSession(timeout=timeout) as http, http.get(address) as answer:
        health: dict[str, Any] = await answer.json()
        return health


async def engine_is_ready(site: Site) -> bool:
    try:
        return bool((await engine_health(site))["ready"])
    except (aiohttp.ClientError, TimeoutError):
        return False


async def agi_answers(site: Site) -> bool:
    try:
        await ping("127.0.0.1", site.ports.agi)
    except Unavailable:
        return False
    return True


def watchdog_health(file: Path, pid: int) -> dict[str, Any]:
    """What this very process said last; empty when it has not said anything yet."""
    try:
        health: dict[str, Any] = msgspec.json.decode(file.read_bytes())
    except (FileNotFoundError, PermissionError, msgspec.DecodeError):
        return {}
    return health if health["pid"] == pid else {}


def environment_of_process(pid: int) -> dict[str, str]:
    """What it was started with (proc(5)); empty when that is not for us to see."""
    try:
        raw = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return {}
    pairs = (os.fsdecode(one).partition("=") for one in raw.split(b"\0") if one)
    return {name: value for name, _, value in pairs}
