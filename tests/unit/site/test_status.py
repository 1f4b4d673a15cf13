"""Parts are asked, whoever started them."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.site import status as looking
from ari_app.site.layout import Site
from ari_app.site.status import Status
from ari_app.site.units import WatchdogUnit


@dataclass
class NotStartedHere:
    """A program without a process id file."""

    log_file: Path = Path("watchdog.log")

    def pid(self) -> None:
        return None


@dataclass
class Installed:
    """What the status needs of an installation that systemd runs."""

    site: Site
    watchdog: NotStartedHere = field(default_factory=NotStartedHere)
    engine: NotStartedHere = field(default_factory=NotStartedHere)


@pytest.fixture
def installed(tmp_path: Path) -> Any:
    return Installed(Site.create(tmp_path / "site"))


def under_systemd(monkeypatch: pytest.MonkeyPatch, file: Path, **said: object) -> None:
    health = {"at": time.time(), "pid": os.getpid(), "ok": True, "held_without_engine": 0}
    file.write_text(json.dumps({**health, "counters": {"rescued": 7}, **said}))
    unit = WatchdogUnit(os.getpid(), file)
    monkeypatch.setattr(looking, "watchdog_unit", lambda site: unit)


async def test_a_watchdog_of_systemd_is_green(
    installed: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    under_systemd(monkeypatch, tmp_path / "watchdog.json")

    assert await Status(installed)._watchdog() == "7 callers rescued"


async def test_a_watchdog_of_systemd_that_fell_silent_is_not(
    installed: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    under_systemd(monkeypatch, tmp_path / "watchdog.json", at=time.time() - 60)

    with pytest.raises(Unavailable, match="says nothing"):
        await Status(installed)._watchdog()


async def test_a_watchdog_that_nobody_started_is_not_running(
    installed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "watchdog_unit", lambda site: None)

    with pytest.raises(Unavailable, match="is not running"):
        await Status(installed)._watchdog()


async def test_an_engine_that_answers_runs_whoever_started_it(
    installed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def healthy(site: Site) -> dict[str, Any]:
        return {"ready": True, "live_calls": 3}

    monkeypatch.setattr(looking, "engine_health", healthy)

    assert await Status(installed)._engine() == "3 live calls"


async def test_an_engine_whose_port_is_shut_is_not_running(installed: Any) -> None:
    with pytest.raises(Unavailable, match="is not running"):
        await Status(installed)._engine()
