"""Ear-equivalent: does a voice read Chinese as Chinese, every character once?

espeak-ng before 1.52 reads each syllable's tone number as an English word with `cmn`
(espeak-ng issue 1028): "nin two hao three". Its own phonemes give it away.
"""

import re
from typing import Final

LANGUAGE_SWITCH: Final = re.compile(r"\((?!cmn\))([a-z]{2,3}(?:-[a-z]+)*)\)")
# A tone is a contour of heights, 5 the highest: 55, 35, 214 (21 before others), 51; 11 to 44 weak.
TONE: Final = re.compile(r"[1-5]{2,3}")
CHARACTER: Final = re.compile(r"[\u4e00-\u9fff]|[a-zü]+[1-5]|[0-9]")
VOWELS: Final = re.compile(r"[aeiouy]+")
SPELT_OUT: Final = re.compile(r"\b[A-Z]+\b")
LETTER_SYLLABLES: Final = {"W": 3}


def mandarin_faults(text: str, phonemes: str) -> list[str]:
    """What is wrong with the way a text would be read; empty when every syllable is Chinese."""
    faults = [f"read as another language: ({name})" for name in LANGUAGE_SWITCH.findall(phonemes)]
    heard, wanted = len(TONE.findall(phonemes)), mandarin_syllables(text)
    if heard != wanted:
        faults.append(f"{heard} syllables are read, {wanted} are written")
    return faults


def mandarin_syllables(text: str) -> int:
    """One for each character, digit or pinyin syllable with its tone number."""
    return len(CHARACTER.findall(text))


def english_syllables(text: str) -> int:
    """Good to a syllable or two in ten: groups of vowels, without a silent last e."""
    spelt = "".join(SPELT_OUT.findall(text))
    letters = sum(LETTER_SYLLABLES.get(letter, 1) for letter in spelt)
    words = re.findall(r"[a-z']+", SPELT_OUT.sub("", text).lower())
    return letters + sum(_of_word(word) for word in words) + len(re.findall(r"[0-9]", text))


def _of_word(word: str) -> int:
    count = len(VOWELS.findall(word))
    is_silent = word.endswith("e") and not word.endswith("le")
    return max(1, count - is_silent)
