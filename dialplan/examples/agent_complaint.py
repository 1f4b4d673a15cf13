#!/usr/bin/env python3
"""A classic AGI script: asks for the number of the agent a complaint is about, and keeps it.

Asterisk starts it for one call: `AGI(agent_complaint.py)`. Needs pyst2 0.5.1 (`pip install pyst2`).
Sets SITE_AGENT, and leaves it empty when three times nothing that can be a number was keyed.

What to know of `asterisk.agi`: it works in the main thread of a program of its own only; it tells
stderr, which is Asterisk's console, every line it reads; and `set_variable` quotes nothing, so
a value with a line break in it would be a command. Hence `Quiet` and `plain`.
"""

import io
import re
import sys

from asterisk.agi import AGI, AGIException

TRIES = 3
LONGEST = 6
WITHIN_MS = 8000


class Quiet(AGI):
    """Says nothing on Asterisk's console."""

    def __init__(self):
        super().__init__(stderr=io.StringIO())


def plain(text):
    """Digits only, whatever was sent."""
    return re.sub(r"[^0-9]", "", text)[:LONGEST]


def ask(agi):
    for _ in range(TRIES):
        number = plain(agi.get_data("hotline/enter-agent-number", WITHIN_MS, LONGEST))
        if number:
            return number
    return ""


def main():
    agi = Quiet()
    try:
        agi.set_variable("SITE_AGENT", ask(agi))
    except (AGIException, OSError, ValueError):  # ValueError: what it makes of a closed stdin
        return 0  # the caller hung up: there is nobody to answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
