"""The two formats Asterisk plays without converting: A-law for trunks, 16 kHz for wideband."""

from typing import Final

NARROW: Final = 8_000
WIDE: Final = 16_000
# Suffixes by which Asterisk knows headerless files, with their sampling rates.
RATES: Final = {".alaw": NARROW, ".sln16": WIDE}
SUBTYPES: Final = {".alaw": "ALAW", ".sln16": "PCM_16"}
