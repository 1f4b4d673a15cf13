"""Spoken values as the dialplan plays them: prompts of ours joined for Playback."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal

from ari_app.domain import speech
from ari_app.domain.speech import Language, Words

LONGEST_VALUE = 40
MOST_CHARACTERS = 1800  # a command of AGI is one line of at most 2047 bytes
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


def language_of(text: str) -> Language:
    return "en" if text == "en" else "zh"


def playable(words: Words) -> str:
    """`hotline/nine&hotline/a-m`; empty when it does not fit a line."""
    text = "&".join(f"hotline/{word}" for word in words)
    return text if len(text) <= MOST_CHARACTERS else ""


def _plain(value: str) -> Decimal:
    if not NUMBER.fullmatch(value):
        raise ValueError("not a number")
    return Decimal(value)


def _number(value: str, language: Language) -> Words:
    plain = _plain(value)
    return speech.number(plain if "." in value else int(plain), language)


KINDS: Mapping[str, Callable[[str, Language], Words]] = {
    "number": _number,
    "digits": speech.digits,
    "money": lambda value, language: speech.money(_plain(value), language),
    "date": lambda value, language: speech.date(date.fromisoformat(value), language),
    "time": lambda value, language: speech.time_of_day(time.fromisoformat(value), language),
    "serial": speech.serial,
    "phone": speech.phone_number,
    "duration": lambda value, language: speech.duration(float(_plain(value)), language),
}


def spoken(kind: str, value: str, language: Language) -> Words:
    """
    Raises:
        ValueError: there is no such kind, or the value is none of it.
    """
    if kind not in KINDS or not 0 < len(value) <= LONGEST_VALUE:
        raise ValueError("no kind of value, or none of that kind")
    words = KINDS[kind](value, language)
    if not words:
        raise ValueError("nothing can be said")
    return words
