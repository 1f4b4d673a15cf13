"""The names of the small prompts that spoken values are put together from, by language.

One name may be spoken differently in each language (`seven` is 七), or exist in one only
(`ten-thousand` is 万 and has no English prompt).
"""

import string
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["zh", "en"]
Words: TypeAlias = tuple[str, ...]

DIGITS: Final[Words] = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
)
TEENS: Final[Words] = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
TENS: Final[Words] = (
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
)
MONTHS: Final[Words] = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS: Final[Words] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
# English only: the word that takes the place of a last cardinal.
ORDINALS: Final[dict[str, str]] = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
    **{word: word[:-1] + "ieth" for word in TENS},
    **{word: word + "th" for word in (*TEENS, "four", "six", "seven") if word != "twelve"},
    "hundred": "hundredth",
    "thousand": "thousandth",
    "million": "millionth",
    "billion": "billionth",
    "trillion": "trillionth",
}
SIGNS: Final[dict[str, str]] = {"*": "star", "#": "pound-key", "+": "plus"}
LETTERS: Final[dict[str, str]] = {
    letter: f"letter-{letter.lower()}" for letter in string.ascii_uppercase
}
PAUSE: Final = "pause"
# Whole phrases that spoken values bring along.
PHRASES: Final[Words] = (
    "about",
    "at-your-service",
    "connected-to-agent-number",
    "less-than-a-minute",
)
SHARED: Final[frozenset[str]] = frozenset(
    (*DIGITS, *MONTHS, *WEEKDAYS, *SIGNS.values(), *LETTERS.values(), *PHRASES)
) | {
    *("ten", "hundred", "thousand", "minus", "point", "yuan", "fen", PAUSE),
    *("days", "hours", "minutes", "seconds", "callers"),
    *("messages", "tickets", "orders", "times", "weeks", "months", "years"),
    *("today", "tomorrow"),
}
VOCABULARY: Final[dict[str, frozenset[str]]] = {
    "zh": SHARED
    | {"two-of", "one-in-number", "ten-thousand", "hundred-million", "ordinal", "items", "jiao"}
    | {"year", "day", "o-clock", "exactly", "half", "minute-past"}
    | {"before-dawn", "morning", "midday", "afternoon", "evening"},
    "en": SHARED
    | {*TEENS, *TENS, *ORDINALS.values(), "million", "billion", "trillion", "oh"}
    | {"a-m", "p-m", "noon", "midnight", "one-day", "one-hour", "one-minute", "one-second"}
    | {"one-caller", "one-message", "one-ticket", "one-order", "one-time"}
    | {"one-week", "one-month", "one-year", "at"},
}
