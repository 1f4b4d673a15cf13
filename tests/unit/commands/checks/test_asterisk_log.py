from pathlib import Path

import pytest

from ari_app.commands import check
from ari_app.commands.checks import scratch
from ari_app.commands.checks.scratch import complaints
from ari_app.domain.errors import BadSettings
from ari_app.domain.finding import Level

LOG = """\
[2026-03-01 09:00:00.000] NOTICE[12] loader.c: 107 modules will be loaded.
[2026-03-01 09:00:00.100] ERROR[12] loader.c: Module 'app_x.so' could not be loaded.
[2026-03-01 09:00:00.200] WARNING[12][C-0001] pbx_config.c: No closing bracket at line 7 of /tmp/etc/dialplan/inbound.conf
[2026-03-01 09:00:00.300] VERBOSE[12] pbx.c: fine
"""  # noqa: E501 - as Asterisk writes it


def test_notices_are_no_findings() -> None:
    assert [found.level for found in complaints(LOG)] == [Level.ERROR, Level.WARNING]


def test_the_place_is_the_one_asterisk_names() -> None:
    error, warning = complaints(LOG)

    assert (error.file, error.place) == ("asterisk-conf/", "loader.c")
    assert (warning.file, warning.place) == ("dialplan/inbound.conf", "line 7")
    assert warning.what == "No closing bracket"
    assert all(found.cure for found in (error, warning))


async def test_without_an_asterisk_the_rest_is_checked_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_asterisk(*_: object) -> None:
        raise BadSettings(["no Asterisk 22.10.1 or newer"])

    monkeypatch.setattr(scratch, "check_asterisk", no_asterisk)

    version, (found,) = await check._asterisk(None, Path())

    assert version == "-"
    assert found.level is Level.WARNING
    assert "no Asterisk 22.10.1 or newer" in found.what
