import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.speech import duration, estimated_wait
from tests.unit.domain.speech.heard import chinese, value_of_english

UNITS = {"minutes": 60, "hours": 3600, "one-minute": 60, "one-hour": 3600}


@pytest.mark.parametrize(
    ("seconds", "characters", "words"),
    [
        (-3, "零秒", "zero seconds"),
        (0, "零秒", "zero seconds"),
        (0.6, "一秒", "one-second"),
        (1, "一秒", "one-second"),
        (2, "两秒", "two seconds"),
        (45, "四十五秒", "forty five seconds"),
        (59.4, "五十九秒", "fifty nine seconds"),
        (59.6, "一分钟", "one-minute"),
        (60, "一分钟", "one-minute"),
        (89, "一分钟", "one-minute"),
        (90, "两分钟", "two minutes"),
        (754, "十三分钟", "thirteen minutes"),
        (3569, "五十九分钟", "fifty nine minutes"),
        (3570, "一小时", "one-hour"),
        (3600, "一小时", "one-hour"),
        (5400, "一小时三十分钟", "one-hour thirty minutes"),
        (7320, "两小时两分钟", "two hours two minutes"),
        (86399, "一天", "one-day"),
        (86400, "一天", "one-day"),
        (187000, "两天四小时", "two days four hours"),
    ],
)
def test_a_duration_is_rounded_for_the_ear(seconds: float, characters: str, words: str) -> None:
    assert chinese(duration(seconds, "zh")) == characters
    assert duration(seconds, "en") == tuple(words.split())


@pytest.mark.parametrize(
    ("seconds", "characters", "words"),
    [
        (0, "不到一分钟", "less-than-a-minute"),
        (59.9, "不到一分钟", "less-than-a-minute"),
        (60, "大约一分钟", "about one-minute"),
        (61, "大约两分钟", "about two minutes"),
        (600, "大约十分钟", "about ten minutes"),
        (601, "大约十五分钟", "about fifteen minutes"),
        (1900, "大约三十五分钟", "about thirty five minutes"),
        (3600, "大约一小时", "about one-hour"),
        (3700, "大约一小时十五分钟", "about one-hour fifteen minutes"),
        (7200, "大约两小时", "about two hours"),
    ],
)
def test_a_wait_is_rounded_up_so_that_it_is_kept(
    seconds: float, characters: str, words: str
) -> None:
    assert chinese(estimated_wait(seconds, "zh")) == characters
    assert estimated_wait(seconds, "en") == tuple(words.split())


@given(st.integers(60, 10**6))
def test_no_announced_wait_is_shorter_than_the_estimate(seconds: int) -> None:
    said, figures = 0, list[str]()
    for word in estimated_wait(seconds, "en")[1:]:
        if word in UNITS:
            said += UNITS[word] * (value_of_english(tuple(figures)) if figures else 1)
            figures = []
        else:
            figures.append(word)

    assert seconds <= said < seconds * 1.25 + 300
