"""What is read sign by sign: telephone numbers, agent numbers, serial numbers, keys.

In Chinese 1 is 幺 here, as everybody says it, for 一 and 七 sound alike on the telephone.
"""

import re
from collections.abc import Iterable
from typing import Final

from ari_app.domain.speech.words import DIGITS, LETTERS, PAUSE, SIGNS, Language, Words

MOBILE: Final = re.compile(r"(?:\+?86)?(1[3-9]\d)(\d{4})(\d{4})")
GROUP: Final = 4
RUNS: Final = re.compile(r"[0-9]+|[A-Z]+|[*#+]")


def digits(text: str, language: Language) -> Words:
    """Each of 0-9 * # + on its own. ValueError names a sign that cannot be read so."""
    return tuple(_sign(sign, language) for sign in text)


def key_name(key: str) -> str:
    """A key to be pressed, as it is called in both languages: 一, not 幺."""
    return SIGNS[key] if key in SIGNS else DIGITS[int(key)]


def phone_number(text: str, language: Language) -> Words:
    """A number with the pauses of its written form: Chinese mobiles 3-4-4, others by fours."""
    mobile = MOBILE.fullmatch(text)
    groups = mobile.groups() if mobile else _fours(text)
    return _spaced(digits(group, language) for group in groups)


def serial(text: str, language: Language) -> Words:
    """Letters and digits in short groups: "TS20260105-0042" is T S, 2026, 0105, 0042.

    Letters are case-blind; anything that is not a letter, digit or key is a pause.
    """
    runs = RUNS.findall(text.upper())
    groups = [group for run in runs for group in (_fours(run) if run.isdigit() else [run])]
    return _spaced(digits_and_letters(group, language) for group in groups)


def digits_and_letters(text: str, language: Language) -> Words:
    return tuple(LETTERS.get(sign) or _sign(sign, language) for sign in text)


def agent_number(text: str, language: Language) -> Words:
    """The whole sentence a caller hears when an agent answers: 工号8012为您服务."""
    return ("connected-to-agent-number", *digits(text, language), "at-your-service")


def _sign(sign: str, language: Language) -> str:
    if sign in SIGNS:
        return SIGNS[sign]
    if sign not in "0123456789":
        raise ValueError(f"cannot be read as a digit: {sign!r}")
    return "one-in-number" if sign == "1" and language == "zh" else DIGITS[int(sign)]


def _fours(text: str) -> list[str]:
    """Groups of four from the front; a lone last sign joins the group before it."""
    starts = list(range(0, len(text), GROUP))
    if len(starts) > 1 and len(text) % GROUP == 1:
        starts.pop()
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _spaced(groups: Iterable[Words]) -> Words:
    words: list[str] = []
    for group in groups:
        words += [PAUSE, *group] if words else group
    return tuple(words)
