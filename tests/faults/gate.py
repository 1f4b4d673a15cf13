"""The gate as [from-trunk] sees it: is the engine's sign of life fresh?"""

import asyncio
import time

from ari_app.lab.lab import Lab

GATE_SECONDS = 4  # HOTLINE_GATE_SECONDS
FALLBACK = "zh/fallback-welcome"


async def gate_closed(lab: Lab) -> bool:
    """What [from-trunk] would say now."""
    shown = await asyncio.to_thread(lab.installation.asterisk.console, "dialplan show globals")
    alive = next(line for line in shown.splitlines() if line.strip().startswith("CC_ALIVE="))
    return int(time.time()) - int(alive.partition("=")[2]) > GATE_SECONDS
