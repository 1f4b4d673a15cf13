"""An engine that fails ends at once: nobody is hung up on while it unwinds."""

import subprocess
import sys

import pytest

from ari_app.site.layout import SOURCE

# A part fails while a call is served; its task would hang up when it is cancelled, and never end.
ENGINE = """
import asyncio, os
from types import SimpleNamespace
import ari_app.__main__ as main
from ari_app.domain.errors import Fenced

async def call():
    try:
        await asyncio.sleep(60)
    finally:
        print("hung up", flush=True)
        await asyncio.sleep(60)

async def fail():
    raise {error}

class Engine:
    async def run(self):
        self.call = asyncio.create_task(call())
        await asyncio.sleep(0)
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())

async def build(settings):
    return Engine()

main.build = build
asyncio.run(main._run(SimpleNamespace()))
"""


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        ("Fenced('lease engine has another fence than 3')", 3, "another engine took over"),
        ("RuntimeError('a bug')", 1, "a bug"),
    ],
)
def test_an_engine_that_fails_ends_without_unwinding(error: str, code: int, said: str) -> None:
    program = [sys.executable, "-c", ENGINE.format(error=error)]

    ended = subprocess.run(
        program, cwd=SOURCE, capture_output=True, text=True, timeout=30, check=False
    )

    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr
