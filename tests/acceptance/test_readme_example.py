"""The program in ari_app/ari/README.md, run as it stands there but for address and password."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from ari_app.domain.errors import NotFound
from ari_app.lab.lab import Lab, until
from ari_app.site.layout import SOURCE
from tests.lab.hotline import NUMBER, Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")

README = SOURCE / "ari_app" / "ari" / "README.md"
APP, CALLER = "my-app", "13788888888"
PROMPTS_SECONDS = 40.0  # the hotline sends the key after what it is saying


@asynccontextmanager
async def example(lab: Lab, folder: Path) -> AsyncIterator[Process]:
    """As a program of its own, with the world's Asterisk."""
    code = re.findall(r"```python\n(.+?)```", README.read_text(), re.DOTALL)[0]
    for in_readme, here in (
        ("http://127.0.0.1:8088/ari", lab.world.ari._url),
        ('"me"', '"world"'),
        ('"secret"', repr(lab.site.secrets.ari)),
    ):
        assert in_readme in code
        code = code.replace(in_readme, here)
    program = folder / "example.py"
    program.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", program), env=environment, stdout=PIPE, stderr=STDOUT
    )
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def test_the_example_serves_a_call_until_a_key_is_pressed(
    lab: Lab, hotline: Hotline, tmp_path: Path
) -> None:
    async with example(lab, tmp_path) as program:
        await until(lambda: is_connected(lab), 15, "the example is connected")
        await lab.world.ari.channels.originate(
            f"PJSIP/{NUMBER}@hotline", app=APP, caller_id=CALLER, formats="alaw"
        )
        await until(lambda: is_answered(hotline), 15, "the hotline has answered")
        await press(lab, CALLER, "5")
        assert program.stdout is not None
        async with asyncio.timeout(PROMPTS_SECONDS):
            said = await program.stdout.readline()
        await until(lambda: is_over(hotline), 15, "the example has hung up")

    assert said == b"pressed 5\n"


async def is_connected(lab: Lab) -> bool:
    try:
        await lab.world.ari.applications.get(APP)
    except NotFound:
        return False
    return True


async def is_answered(hotline: Hotline) -> bool:
    row = await hotline.row("SELECT answered_at FROM call WHERE caller = $1", CALLER)
    return row.get("answered_at") is not None


async def is_over(hotline: Hotline) -> bool:
    row = await hotline.row("SELECT end_reason FROM call WHERE caller = $1", CALLER)
    return bool(row["end_reason"] == "caller_hung_up")


async def press(lab: Lab, caller: str, digit: str) -> None:
    """The hotline's Asterisk sends it; so it comes from the other end of the line."""
    settings = lab.site.environment()
    login = aiohttp.encode_basic_auth("hotline", settings["HOTLINE_ARI_PASSWORD"])
    url = settings["HOTLINE_ARI_URL"] + "/ari/channels"
    async with aiohttp.ClientSession(
        headers={"Authorization": login}, raise_for_status=True
    ) as http:
        async with http.get(url) as answer:
            (line,) = [one for one in await answer.json() if one["caller"]["number"] == caller]
        async with http.post(f"{url}/{line['id']}/dtmf", params={"dtmf": digit}):
            pass
