"""Every script the dialplan may name is there, and wrong settings are said all at once."""

import asyncio
import os
from pathlib import Path

import pytest

from agi import __main__ as program
from agi import app, handlers
from agi.database import Database
from ari_app.domain.errors import BadSettings
from ari_app.settings import Settings

MODULES = {path.stem for path in Path(handlers.__path__[0]).glob("[!_]*.py")}


async def test_each_module_of_handlers_is_a_script() -> None:
    async with asyncio.TaskGroup() as group:
        scripts = app.scripts(Database(None, group))

    assert set(scripts) == MODULES


def test_wrong_settings_are_one_line_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "environ", {"HOTLINE_AGI_PORT": "0", "HOTLINE_LOG_LEVEL": "loud"})
    with pytest.raises(BadSettings) as caught:
        Settings.from_env(os.environ)

    assert program.main() == 2

    assert capsys.readouterr().err.splitlines() == list(caught.value.problems)
