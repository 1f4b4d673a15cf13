"""How long a part stays away: once as long as promised, then shorter, for how long it takes to
recover does not hang on that."""

import os

OUTAGE = "HOTLINE_OUTAGE"
SHORTER_SECONDS = 8.0


def outage_seconds(seed: int = 0) -> float:
    """A minute the first time, unless the environment asks for less."""
    whole = float(os.environ.get(OUTAGE, "60"))
    return min(whole, SHORTER_SECONDS) if seed else whole
