from datetime import UTC, datetime, timedelta, timezone

import pytest
import typer

from ari_app.commands.moments import moment

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (None, None),
        ("90s", NOW - timedelta(seconds=90)),
        ("2H", NOW - timedelta(hours=2)),
        ("7d", NOW - timedelta(days=7)),
        ("today", datetime(2026, 3, 1, tzinfo=BEIJING)),
        ("2026-02-28", datetime(2026, 2, 28, tzinfo=BEIJING)),
        ("2026-02-28T10:00+00:00", datetime(2026, 2, 28, 10, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str | None, meant: datetime | None) -> None:
    assert moment(text, NOW) == meant


@pytest.mark.parametrize("text", ["", "soon", "2h30", "32-13-01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        moment(text, NOW)
