"""Asks for a row of digits; what was pressed is known to whoever asked, and written nowhere."""

from collections.abc import Sequence

from ari_app.ports import Leg

BETWEEN_KEYS = 8.0  # seconds
END = "#"


async def ask_digits(
    leg: Leg,
    prompts: Sequence[str],
    language: str,
    *,
    longest: int,
    within: float = BETWEEN_KEYS,
) -> str:
    """Up to `#`, `longest` digits or the end of patience; `*` starts over. "" for none at all.

    Who presses `#` after the last digit all the same does not answer the next question with it.
    """
    pressed = ""
    while len(pressed) < longest:
        key = await leg.ask(() if pressed else prompts, language, within=within)
        if key in ("", END):
            return pressed
        pressed = "" if key == "*" else pressed + key
    leg.overlook(END)
    return pressed
