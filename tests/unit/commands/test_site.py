import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ari_app.commands.picture import command_line, next_picture
from ari_app.commands.site import Stopwatch, address
from tests.unit.commands.samples import site_in, terminal


def test_each_part_is_said_with_its_seconds_when_the_next_begins() -> None:
    said: list[str] = []
    clock = itertools.chain([0.0, 0.0, 1.5, 4.0])
    watch = Stopwatch(said.append, lambda: next(clock))

    watch.begins("PostgreSQL")
    watch.begins("Redis")
    assert [line.split() for line in said] == [["PostgreSQL", "1.5", "s"]]
    watch.begins("")

    assert watch.seconds == {"PostgreSQL": 1.5, "Redis": 2.5}


def test_what_next_names_number_address_and_commands(
    tmp_path: Path, drawn: Callable[[Any], str]
) -> None:
    site = site_in(tmp_path)

    text = drawn(next_picture(site, terminal()))

    assert address(site) == {"number": "95001", "sip": "sip:95001@127.0.0.1:10001"}
    assert "sip:95001@127.0.0.1:10001" in text
    assert "call 95001 --keys 1,1" in text
    assert "phones" in text


def test_commands_name_the_site_only_where_another_would_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_in(tmp_path / "my site")

    monkeypatch.delenv("HOTLINE_SITE", raising=False)
    assert command_line(site) == f"hotline --site '{tmp_path}/my site'"
    monkeypatch.setenv("HOTLINE_SITE", str(site.folder))
    assert command_line(site) == "hotline"
