"""The file of `hotline simulate`."""

from pathlib import Path

import pytest

from ari_app.commands.day_file import read_day
from ari_app.domain.errors import BadSettings
from ari_app.domain.simulation.run import simulate

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "weekday.toml"


def test_the_example_of_the_documents_is_a_day(tmp_path: Path) -> None:
    day = read_day(EXAMPLE)

    assert [rules.id for rules in day.queues] == ["orders", "support", "english"]
    assert simulate(day).calls > 1000


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = EXAMPLE.read_text("utf-8")
    assert old in text
    path = tmp_path / "day.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('opens = "08:00"', 'opens = "8 o\'clock"', 'day: "8 o\'clock" is not a time like 08:30'),
        ('closes = "20:00"', 'closes = "07:00"', "day: opens 08:00 does not come before closes"),
        ("threshold = 20 ", "treshold = 20 ", "day: Object contains unknown field `treshold`"),
        ("requires = { orders = 3 }", "requires = { order = 3 }", "unknown skill 'order'"),
        ("requires = { orders = 3 }", "requires = { orders = 10 }", "queue 'orders', requires"),
        ("[30, 42,", "[30,", "queue 'orders', arrivals: 23 half hours, the day has 24"),
        ("{ mean = 210, sd = 160 }", "{ mean = -1 }", "queue 'orders', talk: mean -1"),
        ("technical = 3 } }]", "technical = 6 } }]", "relaxation step 1: goes backwards"),
        ("vip = 0.05", "vip = 0.9", "queue 'orders', tiers: shares are from 0 to 1"),
        ("vip = 0.05", "platinum = 0.05", "queue 'orders': Invalid enum value 'platinum'"),
        ("count = 8", "count = 0", "agents 'early': count 0 is below 1"),
        ('["08:00", "11:30"]', '["11:30", "08:00"]', "agents 'early', shifts: 11:30 to 08:00"),
        ('["08:00", "11:30"]', '"08:00"', "agents 'early', shifts: '08:00' is not"),
        ("[day]", "[days]", "unknown table 'days'; known are day, queue, agents"),
        ("[day]", "[day", "day.toml: "),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    with pytest.raises(BadSettings) as found:
        read_day(changed(tmp_path, old, new))

    assert problem in str(found.value)


def test_text_that_is_not_utf8_and_no_file_at_all(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes("name = '星期一'".encode("gbk"))

    with pytest.raises(BadSettings, match=r"gbk\.toml"):
        read_day(tmp_path / "gbk.toml")
    with pytest.raises(BadSettings, match=r"none\.toml"):
        read_day(tmp_path / "none.toml")
