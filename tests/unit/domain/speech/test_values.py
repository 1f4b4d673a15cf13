import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.speech import VOCABULARY, Measure, SpokenAs, spoken
from tests.unit.domain.speech.heard import chinese

# Kind, or what is counted | text | what is heard in Chinese | in English (/ is a pause)
SAID = """
number | 0 | 零 | zero
number | 2 | 二 | two
number | 12 | 十二 | twelve
number | 22 | 二十二 | twenty two
number | 102 | 一百零二 | one hundred two
number | 200 | 两百 | two hundred
number | 220 | 两百二十 | two hundred twenty
number | 1002 | 一千零二 | one thousand two
number | 2000 | 两千 | two thousand
number | 2222 | 两千二百二十二 | two thousand two hundred twenty two
number | 10000 | 一万 | ten thousand
number | 20000 | 两万 | twenty thousand
number | 22000 | 两万二千 | twenty two thousand
number | 120000 | 十二万 | one hundred twenty thousand
number | 200000000 | 两亿 | two hundred million
number | 3.00 | 三 | three
number | 3.5 | 三点五 | three point five
number | 0.25 | 零点二五 | zero point two five
number | 2.20 | 二点二 | two point two
number | 1E+2 | 一百 | one hundred
number | -2 | 负二 | minus two
number | -0.5 | 负零点五 | minus zero point five
number | 1.23456789 | 一点二三四五六八 | one point two three four five six eight
items | 0 | 零个 | zero
items | 1 | 一个 | one
items | 2 | 两个 | two
items | 2.0 | 两个 | two
items | 12 | 十二个 | twelve
callers | 1 | 一位 | one-caller
callers | 2 | 两位 | two callers
callers | 22 | 二十二位 | twenty two callers
messages | 1 | 一条 | one-message
messages | 2 | 两条 | two messages
messages | 102 | 一百零二条 | one hundred two messages
tickets | 1 | 一张 | one-ticket
tickets | 2 | 两张 | two tickets
orders | 1 | 一笔 | one-order
orders | 2 | 两笔 | two orders
orders | 20 | 二十笔 | twenty orders
times | 1 | 一次 | one-time
times | 2 | 两次 | two times
times | 200 | 两百次 | two hundred times
days | 1 | 一天 | one-day
days | 2 | 两天 | two days
weeks | 1 | 一周 | one-week
weeks | 2 | 两周 | two weeks
months | 1 | 一个月 | one-month
months | 2 | 两个月 | two months
months | 12 | 十二个月 | twelve months
years | 1 | 一年 | one-year
years | 2 | 两年 | two years
hours | 2 | 两小时 | two hours
minutes | 2 | 两分钟 | two minutes
seconds | 2 | 两秒 | two seconds
ordinal | 1 | 第一 | first
ordinal | 2 | 第二 | second
ordinal | 12 | 第十二 | twelfth
ordinal | 21 | 第二十一 | twenty first
ordinal | 200 | 第二百 | two hundredth
money | 0 | 零元 | zero yuan
money | 2 | 两元 | two yuan
money | 2.5 | 两元五角 | two yuan fifty fen
money | 12.05 | 十二元零五分 | twelve yuan five fen
money | 102.22 | 一百零二元二角二分 | one hundred two yuan twenty two fen
money | 0.2 | 两角 | twenty fen
money | 22000 | 两万二千元 | twenty two thousand yuan
money | -8.80 | 负八元八角 | minus eight yuan eighty fen
digits | 0 | 零 | zero
digits | 95001 | 九五零零幺 | nine five zero zero one
digits | 112 | 幺幺二 | one one two
digits | *21# | 星号二幺井号 | star two one pound-key
phone | 10086 | 幺零零八六 | one zero zero eight six
phone | 12345678 | 幺二三四 五六七八 | one two three four / five six seven eight
serial | TS-0042 | TS 零零四二 | T S / zero zero four two
serial | a1 | A 幺 | A / one
date | 2026-01-05 | 二零二六年一月五日 | january fifth twenty twenty six
date | 2026-02-02 | 二零二六年二月二日 | february second twenty twenty six
date | 2026-10-22 | 二零二六年十月二十二日 | october twenty second twenty twenty six
date | 2026-12-31 23:59 | 二零二六年十二月三十一日 | december thirty first twenty twenty six
weekday | 2026-11-27 | 星期五 | friday
weekday | 2026-11-29 | 星期日 | sunday
time | 00:00 | 凌晨零点整 | midnight
time | 02:02 | 凌晨两点零二分 | two oh two a-m
time | 09:05 | 上午九点零五分 | nine oh five a-m
time | 12:00 | 中午十二点整 | noon
time | 12:30 | 中午十二点半 | twelve thirty p-m
time | 14:00 | 下午两点整 | two p-m
time | 14:22 | 下午两点二十二分 | two twenty two p-m
time | 15:30:59 | 下午三点半 | three thirty p-m
time | 2026-01-05T20:15 | 晚上八点十五分 | eight fifteen p-m
moment | 2000-05-05 09:00 | 二零零零年五月五日上午九点整 | may fifth two thousand nine a-m
duration | 45 | 四十五秒 | forty five seconds
duration | 120 | 两分钟 | two minutes
duration | 7320 | 两小时两分钟 | two hours two minutes
duration | 86400 | 一天 | one-day
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in SAID.strip().splitlines()]


def in_full(word: str) -> str:
    return "pause" if word == "/" else f"letter-{word.lower()}" if word.isupper() else word


def words_of(kind: str, text: str, language: str) -> tuple[str, ...] | None:
    """Args: kind: a kind, or what is counted."""
    if kind in set(SpokenAs):
        return spoken(text, SpokenAs(kind), language)  # type: ignore[arg-type]
    return spoken(text, SpokenAs.COUNT, language, Measure(kind))  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "text", "characters", "words"), ROWS)
def test_a_value_is_said_in_both_languages(
    kind: str, text: str, characters: str, words: str
) -> None:
    assert chinese(words_of(kind, text, "zh") or ()) == characters
    assert words_of(kind, text, "en") == tuple(map(in_full, words.split()))


@pytest.mark.parametrize("kind", list(SpokenAs))
@pytest.mark.parametrize(
    "text", ["", "  ", "abc?", "九", "NaN", "Infinity", "1e30", "x" * 500, "2026-13-40", "\x00"]
)
def test_what_cannot_be_said_is_told_apart_from_silence(kind: SpokenAs, text: str) -> None:
    if kind is SpokenAs.SERIAL and text in ("abc?", "1e30", "NaN", "Infinity", "2026-13-40"):
        return  # letters and figures, whatever they mean
    if kind in (SpokenAs.DIGITS, SpokenAs.PHONE) and text.isascii() and text.isdigit():
        return
    assert spoken(text, kind, "zh") is None


@given(st.text(max_size=50), st.sampled_from(list(SpokenAs)), st.sampled_from(["zh", "en"]))
def test_whatever_the_text_there_is_a_prompt_for_every_word(
    text: str, kind: SpokenAs, language: str
) -> None:
    words = spoken(text, kind, language)  # type: ignore[arg-type]

    assert words is None or (words and set(words) <= VOCABULARY[language])
