"""Spoken values: a number, an amount, a date as the names of the prompts that say it.

Every function returns `tuple[str, ...]`: prompt names of `sounds/manifest.toml`, in the order
they are played, in the language asked for. `words.VOCABULARY` lists all names a language can use.
"""

from ari_app.domain.speech.amounts import money
from ari_app.domain.speech.clock import date, opens_again, time_of_day, weekday
from ari_app.domain.speech.manifest import BadManifest, Manifest, read_manifest
from ari_app.domain.speech.numbers import MAXIMUM, Measure, counted, number, ordinal, position
from ari_app.domain.speech.spelling import agent_number, digits, key_name, phone_number, serial
from ari_app.domain.speech.values import SpokenAs, spoken
from ari_app.domain.speech.waiting import duration, estimated_wait
from ari_app.domain.speech.words import VOCABULARY, Language, Words

__all__ = [
    "MAXIMUM",
    "VOCABULARY",
    "BadManifest",
    "Language",
    "Manifest",
    "Measure",
    "SpokenAs",
    "Words",
    "agent_number",
    "counted",
    "date",
    "digits",
    "duration",
    "estimated_wait",
    "key_name",
    "money",
    "number",
    "opens_again",
    "ordinal",
    "phone_number",
    "position",
    "read_manifest",
    "serial",
    "spoken",
    "time_of_day",
    "weekday",
]
