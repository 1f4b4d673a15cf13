from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ari_app.commands.flow.moment import coming

ZONE = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 12, 2, 12, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sat 18:05", "2026-12-05 18:05"),
        ("saturday 9:00", "2026-12-05 09:00"),
        ("周六 18:05", "2026-12-05 18:05"),
        ("星期天 08:30", "2026-12-06 08:30"),
        ("Wed 09:00", "2026-12-02 09:00"),
        ("Tue 09:00", "2026-12-08 09:00"),
        ("18:05", "2026-12-02 18:05"),
        ("2026-12-25 10:00", "2026-12-25 10:00"),
    ],
)
def test_a_moment_is_the_next_of_its_kind(text: str, moment: str) -> None:
    assert coming(text, WEDNESDAY) == datetime.fromisoformat(moment).replace(tzinfo=ZONE)


def test_a_moment_with_a_zone_keeps_it() -> None:
    assert coming("2026-12-25T10:00+00:00", WEDNESDAY).isoformat() == "2026-12-25T10:00:00+00:00"


@pytest.mark.parametrize("text", ["", "Dienstag", "25:00", "Xyz 10:00", "tomorrow", "2026-13-01"])
def test_what_is_no_moment_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="is no moment: `Sat 18:05`"):
        coming(text, WEDNESDAY)
