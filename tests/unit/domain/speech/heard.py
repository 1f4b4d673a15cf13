"""What an ear makes of prompt names: Chinese characters, English words, and values again."""

import re

from ari_app.domain.speech import Words

FIGURES = "零一二三四五六七八九"
ENGLISH = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
)
TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
MONTHS = re.findall(
    r"\w+",
    "january february march april may june july august september october november december",
)
WEEKDAYS = re.findall(r"\w+", "monday tuesday wednesday thursday friday saturday sunday")
CHARACTERS = (
    dict(zip(ENGLISH, FIGURES, strict=False))
    | {"two-of": "两", "one-in-number": "幺", "ten": "十", "hundred": "百", "thousand": "千"}
    | {"ten-thousand": "万", "hundred-million": "亿", "minus": "负", "point": "点"}
    | {"ordinal": "第", "items": "个", "callers": "位", "days": "天", "hours": "小时"}
    | {"messages": "条", "tickets": "张", "orders": "笔", "times": "次", "weeks": "周"}
    | {"months": "个月", "years": "年"}
    | dict(zip(WEEKDAYS, ("星期" + day for day in "一二三四五六日"), strict=True))
    | {"minutes": "分钟", "seconds": "秒", "about": "大约", "less-than-a-minute": "不到一分钟"}
    | {"yuan": "元", "jiao": "角", "fen": "分", "year": "年", "day": "日", "pause": " "}
    | {"o-clock": "点", "exactly": "整", "half": "半", "minute-past": "分"}
    | {"before-dawn": "凌晨", "morning": "上午", "midday": "中午", "afternoon": "下午"}
    | {"evening": "晚上", "star": "星号", "pound-key": "井号", "plus": "加号"}
    | {"connected-to-agent-number": "工号", "at-your-service": "为您服务"}
    | {
        month: f"{text}月"
        for month, text in zip(MONTHS, [*FIGURES[1:], "十", "十一", "十二"], strict=True)
    }
)


def chinese(words: Words) -> str:
    return "".join(_character(word) for word in words)


def _character(word: str) -> str:
    return word[-1].upper() if word.startswith("letter-") else CHARACTERS[word]


def value_of_chinese(text: str) -> int:
    """Reads a quantity from the left, section by section of four places."""
    if text.startswith("负"):
        return -value_of_chinese(text[1:])
    total = section = figure = 0
    for sign in text.replace("两", "二"):
        if sign in FIGURES:
            figure = FIGURES.index(sign)
        elif sign in "十百千":
            section += (figure or 1) * 10 ** ("十百千".index(sign) + 1)
            figure = 0
        elif sign == "万":
            section, figure = (section + figure) * 10**4, 0
        elif sign == "亿":
            total, section, figure = (total + section + figure) * 10**8, 0, 0
    return total + section + figure


def value_of_english(words: Words) -> int:
    if words[:1] == ("minus",):
        return -value_of_english(words[1:])
    total = section = 0
    for word in words:
        if word == "hundred":
            section *= 100
        elif word in SCALES:
            total, section = total + section * SCALES[word], 0
        else:
            section += ENGLISH.index(word) if word in ENGLISH else TENS.index(word) * 10 + 20
    return total + section


def chinese_by_filling_in(value: int) -> str:
    """A second way to the same words: write every place with its unit, then clean up the zeros."""
    places = ["", "十", "百", "千", "万", "十", "百", "千", "亿", "十", "百", "千", "万"]
    figures = str(value)[::-1]
    text = "".join(
        FIGURES[int(figure)] + places[place] for place, figure in reversed(list(enumerate(figures)))
    )
    text = re.sub("零[十百千]", "零", text)
    text = re.sub("零+", "零", text)
    text = re.sub("零([万亿])", r"\1", text)
    text = re.sub("亿万", "亿零" if len(figures) > 8 else "亿", text)
    text = re.sub("零+", "零", text).removesuffix("零") or "零"
    text = re.sub("^一十", "十", text)
    return re.sub("^二([百千万亿])", r"两\1", text)
