"""An engine that fails ends at once: nobody is hung up on while it unwinds."""

import subprocess
import sys

import pytest

from ari_app.site.layout import SOURCE

# A part fails while a call is served; its task would hang up when it is cancelled, and never end.
ENGINE = """
import asyncio, sys
from contextlib import nullcontext
from types import SimpleNamespace
import ari_app.process as main
from ari_app.domain.errors import BadSettings, Fenced

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
        {before}
        self.call = asyncio.create_task(call())
        await asyncio.sleep(0)
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())

async def build(settings):
    return Engine()

main.build = build
main.Settings = SimpleNamespace(from_env=lambda _: SimpleNamespace(log_level="info", state=None))
main.lock = lambda _: nullcontext()
sys.exit(main.main())
"""


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        ("Fenced('lease engine has another fence than 3')", 3, "another engine took over"),
        ("RuntimeError('a bug')", 1, "a bug"),
    ],
)
def test_an_engine_that_fails_ends_without_unwinding(error: str, code: int, said: str) -> None:
    ended = run(ENGINE.format(error=error, before="pass"))

    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr


def test_what_is_wrong_before_anybody_is_served_is_said_without_a_traceback() -> None:
    wrong = "raise BadSettings(['queue orders: no such skill', 'queue support: no prompt'])"

    ended = run(ENGINE.format(error="AssertionError()", before=wrong))

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "queue orders: no such skill\nqueue support: no prompt\n"


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=SOURCE,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
