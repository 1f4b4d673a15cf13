"""Lets a process that was just started know what waits were like lately."""

import asyncio
import logging
import random

from ari_app.domain.errors import Unavailable
from ari_app.store import waiting
from ari_app.workers.outlook import LiveOutlook
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)

VISITS = 500  # per queue: enough to be sure of, read in a moment
AT_ONCE = 100  # visits learned without letting calls have their turn
LONGEST_PAUSE = 5.0  # seconds between attempts


async def look_back(ask: Ask, outlook: LiveOutlook) -> None:
    """Once; until it is done, callers hear their place and no time."""
    while True:
        try:
            visits = await ask(lambda db: waiting.ended_visits(db, VISITS))
            break
        except Unavailable as error:
            log.warning("waits of the past are not known yet: %s", error)
            await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))
    for start in range(0, len(visits), AT_ONCE):
        outlook.learn(visits[start : start + AT_ONCE])
        await asyncio.sleep(0)
