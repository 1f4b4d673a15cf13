"""Asks for a row of digits; what was pressed is known to whoever asked, and written nowhere."""

from collections.abc import Sequence

from ari_app.ports import Leg

BETWEEN_KEYS = 8.0  # seconds


async def ask_digits(leg: Leg, prompts: Sequence[str], language: str, *, longest: int) -> str:
    """Up to `#`, `longest` digits or the end of patience; `*` starts over. "" for none at all."""
    pressed = ""
    while len(pressed) < longest:
        key = await leg.ask(() if pressed else prompts, language, within=BETWEEN_KEYS)
        if key in ("", "#"):
            break
        pressed = "" if key == "*" else pressed + key
    return pressed
