"""How long a part stays away."""

import os

OUTAGE = "HOTLINE_OUTAGE"


def outage_seconds() -> float:
    """A minute, unless the environment asks for less."""
    return float(os.environ.get(OUTAGE, "60"))
