import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.speech import MAXIMUM, VOCABULARY, Measure, counted, number, ordinal, position
from tests.unit.domain.speech.heard import (
    chinese,
    chinese_by_filling_in,
    value_of_chinese,
    value_of_english,
)

CHINESE = """
0 零            1 一             2 二               9 九              10 十
11 十一         12 十二          19 十九            20 二十           21 二十一
22 二十二       30 三十          99 九十九          100 一百          101 一百零一
102 一百零二    110 一百一十     111 一百一十一     112 一百一十二    115 一百一十五
120 一百二十    200 两百         202 两百零二       210 两百一十      212 两百一十二
220 两百二十    222 两百二十二   305 三百零五       350 三百五十      999 九百九十九
1000 一千       1001 一千零一    1002 一千零二      1010 一千零一十   1012 一千零一十二
1020 一千零二十 1100 一千一百    1200 一千二百      2000 两千         2002 两千零二
2012 两千零一十二                2020 两千零二十    2200 两千二百     2222 两千二百二十二
3000 三千       3200 三千二百    5050 五千零五十    8008 八千零八     9999 九千九百九十九
10000 一万      10001 一万零一   10010 一万零一十   10100 一万零一百  11000 一万一千
12000 一万二千  20000 两万       20002 两万零二     22000 两万二千    22222 两万二千二百二十二
32000 三万二千  100000 十万      100001 十万零一    101000 十万一千   100100 十万零一百
110000 十一万   120000 十二万    200000 二十万      202000 二十万二千 222222 二十二万二千二百二十二
1000000 一百万  1000001 一百万零一                  1001000 一百万一千
2000000 两百万  2020000 两百零二万                  2200000 两百二十万
10000000 一千万 10010010 一千零一万零一十           12000000 一千二百万
20000000 两千万 20002000 两千万二千                 20020002 两千零二万零二
100000000 一亿  100000001 一亿零一                  100001000 一亿零一千
100010000 一亿零一万             100100000 一亿零一十万               100020000 一亿零二万
101000000 一亿零一百万           110000000 一亿一千万                 120000000 一亿二千万
200000000 两亿  202020202 两亿零二百零二万零二百零二
320000000 三亿二千万             1000000000 十亿     1200000000 十二亿
2000000000 二十亿                10000000000 一百亿  20000000000 两百亿
100000000000 一千亿              200000000002 两千亿零二
123456789012 一千二百三十四亿五千六百七十八万九千零一十二
999999999999 九千九百九十九亿九千九百九十九万九千九百九十九
1000000000000 一万亿             -1 负一             -2 负二
-10 负十        -200 负两百      -20002 负两万零二
"""

ENGLISH = """
0|zero
1|one
2|two
9|nine
10|ten
11|eleven
12|twelve
13|thirteen
14|fourteen
15|fifteen
16|sixteen
17|seventeen
18|eighteen
19|nineteen
20|twenty
21|twenty one
30|thirty
42|forty two
50|fifty
55|fifty five
69|sixty nine
70|seventy
88|eighty eight
99|ninety nine
100|one hundred
101|one hundred one
110|one hundred ten
111|one hundred eleven
120|one hundred twenty
200|two hundred
219|two hundred nineteen
305|three hundred five
999|nine hundred ninety nine
1000|one thousand
1001|one thousand one
1010|one thousand ten
1100|one thousand one hundred
1234|one thousand two hundred thirty four
2000|two thousand
9999|nine thousand nine hundred ninety nine
10000|ten thousand
10010|ten thousand ten
12345|twelve thousand three hundred forty five
100000|one hundred thousand
100001|one hundred thousand one
101000|one hundred one thousand
999999|nine hundred ninety nine thousand nine hundred ninety nine
1000000|one million
1000001|one million one
1001000|one million one thousand
20002000|twenty million two thousand
100000000|one hundred million
1000000000|one billion
1000000100|one billion one hundred
20000000000|twenty billion
1000000000000|one trillion
-1|minus one
-40|minus forty
-1000|minus one thousand
"""

# Every number of two digits, then the shapes where zeros and leading ones and twos meet.
SHAPES = sorted(
    {
        *range(100),
        *(a * 10**p for a in (1, 2, 3, 10, 12, 20, 22, 101) for p in range(2, 10)),
        *(a * 10**p + b for a in (1, 2, 20) for p in (2, 3, 4, 6, 8, 10) for b in (1, 2, 10, 22)),
        *(10**p - 1 for p in range(2, 13)),
        MAXIMUM,
    }
)

whole_numbers = st.integers(-MAXIMUM, MAXIMUM)


@pytest.mark.parametrize(("value", "characters"), re.findall(r"(\S+) +(\S+)", CHINESE))
def test_a_chinese_number_is_said_as_people_say_it(value: str, characters: str) -> None:
    assert chinese(number(int(value), "zh")) == characters


@pytest.mark.parametrize("line", ENGLISH.strip().splitlines())
def test_an_english_number_is_said_without_and(line: str) -> None:
    value, words = line.split("|")

    assert number(int(value), "en") == tuple(words.split())


def test_two_ways_to_say_a_chinese_number_agree() -> None:
    said = {value: chinese(number(value, "zh")) for value in SHAPES}

    assert said == {value: chinese_by_filling_in(value) for value in SHAPES}


def test_an_english_number_is_understood_again() -> None:
    assert [value_of_english(number(value, "en")) for value in SHAPES] == SHAPES


@given(whole_numbers)
def test_whoever_hears_a_chinese_number_knows_its_value(value: int) -> None:
    assert value_of_chinese(chinese(number(value, "zh"))) == value


@given(whole_numbers)
def test_whoever_hears_an_english_number_knows_its_value(value: int) -> None:
    assert value_of_english(number(value, "en")) == value


@given(whole_numbers, st.sampled_from(["zh", "en"]))
def test_only_words_of_the_language_are_used(value: int, language: str) -> None:
    words = number(value, "zh") if language == "zh" else number(value, "en")

    assert set(words) <= VOCABULARY[language]


def test_a_number_beyond_the_maximum_is_read_figure_by_figure() -> None:
    assert chinese(number(MAXIMUM + 1, "zh")) == "一零零零零零零零零零零零一"
    assert number(-MAXIMUM - 1, "en")[:3] == ("minus", "one", "zero")


@pytest.mark.parametrize(
    ("text", "characters", "words"),
    [
        ("3.14", "三点一四", "three point one four"),
        ("0.5", "零点五", "zero point five"),
        ("2.20", "二点二零", "two point two zero"),
        ("-10.05", "负十点零五", "minus ten point zero five"),
        ("200.1", "两百点一", "two hundred point one"),
        ("1E+3", "一千", "one thousand"),
        ("7", "七", "seven"),
    ],
)
def test_a_decimal_is_read_as_it_is_written(text: str, characters: str, words: str) -> None:
    assert chinese(number(Decimal(text), "zh")) == characters
    assert number(Decimal(text), "en") == tuple(words.split())


@pytest.mark.parametrize(
    ("value", "measure", "characters", "words"),
    [
        (0, Measure.CALLER, "零位", "zero callers"),
        (1, Measure.CALLER, "一位", "one-caller"),
        (2, Measure.CALLER, "两位", "two callers"),
        (12, Measure.CALLER, "十二位", "twelve callers"),
        (22, Measure.MINUTE, "二十二分钟", "twenty two minutes"),
        (1, Measure.MINUTE, "一分钟", "one-minute"),
        (2, Measure.MINUTE, "两分钟", "two minutes"),
        (2, Measure.HOUR, "两小时", "two hours"),
        (1, Measure.SECOND, "一秒", "one-second"),
        (1, Measure.DAY, "一天", "one-day"),
        (2, Measure.ITEM, "两个", "two"),
        (102, Measure.ITEM, "一百零二个", "one hundred two"),
    ],
)
def test_what_is_counted_takes_its_measure_word(
    value: int, measure: Measure, characters: str, words: str
) -> None:
    assert chinese(counted(value, measure, "zh")) == characters
    assert counted(value, measure, "en") == tuple(words.split())


@pytest.mark.parametrize(
    ("value", "characters", "words"),
    [
        (1, "第一", "first"),
        (2, "第二", "second"),
        (3, "第三", "third"),
        (5, "第五", "fifth"),
        (8, "第八", "eighth"),
        (9, "第九", "ninth"),
        (10, "第十", "tenth"),
        (12, "第十二", "twelfth"),
        (20, "第二十", "twentieth"),
        (21, "第二十一", "twenty first"),
        (40, "第四十", "fortieth"),
        (100, "第一百", "one hundredth"),
        (200, "第二百", "two hundredth"),
        (2000, "第二千", "two thousandth"),
        (1000000, "第一百万", "one millionth"),
    ],
)
def test_a_place_in_an_order_has_no_liang(value: int, characters: str, words: str) -> None:
    assert chinese(ordinal(value, "zh")) == characters
    assert ordinal(value, "en") == tuple(words.split())


def test_the_first_ordinal_is_one() -> None:
    with pytest.raises(ValueError, match="no ordinal for 0"):
        ordinal(0, "en")


@given(st.integers(1, MAXIMUM))
def test_every_english_ordinal_can_be_said(value: int) -> None:
    assert set(ordinal(value, "en")) <= VOCABULARY["en"]


def test_a_waiting_caller_hears_the_place_without_liang() -> None:
    assert chinese(position(2, "zh")) == "二"
    assert chinese(position(200, "zh")) == "二百"
    assert position(21, "en") == ("twenty", "one")
