import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.speech import VOCABULARY, date, time_of_day, weekday
from tests.unit.domain.speech.heard import FIGURES, chinese, value_of_chinese


@pytest.mark.parametrize(
    ("day", "characters", "words"),
    [
        ("2026-01-05", "二零二六年一月五日", "january fifth twenty twenty six"),
        ("2026-02-02", "二零二六年二月二日", "february second twenty twenty six"),
        ("2025-12-31", "二零二五年十二月三十一日", "december thirty first twenty twenty five"),
        ("2024-02-29", "二零二四年二月二十九日", "february twenty ninth twenty twenty four"),
        ("2010-10-10", "二零一零年十月十日", "october tenth twenty ten"),
        ("2008-08-08", "二零零八年八月八日", "august eighth two thousand eight"),
        ("2000-11-20", "二零零零年十一月二十日", "november twentieth two thousand"),
        ("1998-05-12", "一九九八年五月十二日", "may twelfth nineteen ninety eight"),
        ("1905-06-03", "一九零五年六月三日", "june third nineteen oh five"),
        ("1900-03-01", "一九零零年三月一日", "march first nineteen hundred"),
        ("2110-07-21", "二一一零年七月二十一日", "july twenty first twenty one ten"),
    ],
)
def test_a_date_is_read_with_its_year(day: str, characters: str, words: str) -> None:
    assert chinese(date(dt.date.fromisoformat(day), "zh")) == characters
    assert date(dt.date.fromisoformat(day), "en") == tuple(words.split())


def test_the_year_can_be_left_out() -> None:
    day = dt.date(2026, 9, 30)

    assert chinese(date(day, "zh", with_year=False)) == "九月三十日"
    assert date(day, "en", with_year=False) == ("september", "thirtieth")


def test_a_day_of_the_week_is_one_prompt() -> None:
    assert weekday(dt.date(2026, 1, 5), "zh") == weekday(dt.date(2026, 1, 5), "en") == ("monday",)


@pytest.mark.parametrize(
    ("time", "characters", "words"),
    [
        ("00:00", "凌晨零点整", "midnight"),
        ("00:05", "凌晨零点零五分", "twelve oh five a-m"),
        ("02:02", "凌晨两点零二分", "two oh two a-m"),
        ("06:00", "上午六点整", "six a-m"),
        ("09:30", "上午九点半", "nine thirty a-m"),
        ("10:10", "上午十点十分", "ten ten a-m"),
        ("12:00", "中午十二点整", "noon"),
        ("12:45", "中午十二点四十五分", "twelve forty five p-m"),
        ("13:00", "下午一点整", "one p-m"),
        ("14:22", "下午两点二十二分", "two twenty two p-m"),
        ("15:25", "下午三点二十五分", "three twenty five p-m"),
        ("18:00", "晚上六点整", "six p-m"),
        ("23:59", "晚上十一点五十九分", "eleven fifty nine p-m"),
    ],
)
def test_a_time_is_read_with_its_part_of_the_day(time: str, characters: str, words: str) -> None:
    assert chinese(time_of_day(dt.time.fromisoformat(time), "zh")) == characters
    assert time_of_day(dt.time.fromisoformat(time), "en") == tuple(words.split())


@given(st.times())
def test_whoever_hears_a_chinese_time_knows_it_to_the_minute(time: dt.time) -> None:
    text = chinese(time_of_day(time, "zh"))

    assert minutes_of_chinese(text) == time.hour * 60 + time.minute


@given(st.times())
def test_no_two_minutes_of_a_day_sound_alike_in_english(time: dt.time) -> None:
    later = time.replace(hour=(time.hour + time.minute // 59) % 24, minute=(time.minute + 1) % 60)

    assert time_of_day(time, "en") != time_of_day(later, "en")
    assert set(time_of_day(time, "en")) <= VOCABULARY["en"]


@given(st.dates())
def test_whoever_hears_a_chinese_date_can_write_it_down(day: dt.date) -> None:
    year, rest = chinese(date(day, "zh")).split("年")
    month, of_month = rest.removesuffix("日").split("月")

    assert int("".join(str(FIGURES.index(figure)) for figure in year)) == day.year
    assert (value_of_chinese(month), value_of_chinese(of_month)) == (day.month, day.day)


@given(st.dates(), st.sampled_from(["zh", "en"]))
def test_every_date_has_its_words(day: dt.date, language: str) -> None:
    words = date(day, "zh") if language == "zh" else date(day, "en")

    assert set(words) <= VOCABULARY[language]


def minutes_of_chinese(text: str) -> int:
    part, text = text[:2], text[2:]
    hour, minute = text.split("点")
    value = value_of_chinese(hour)
    half_day = 12 if part in ("下午", "晚上") else 0
    past = {"整": 0, "半": 30}.get(minute)
    return (value + half_day) * 60 + (
        past if past is not None else value_of_chinese(minute.removesuffix("分"))
    )
