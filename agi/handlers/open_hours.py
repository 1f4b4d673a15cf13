"""agi://…/open_hours[,schedule]: is it open, and if not, until when? Without one: `hotline`.

Reads  CC_LANGUAGE
Sets   CC_RESULT (found, unknown, wrong, unavailable), CC_OPEN (open, closed, holiday or special;
       open unless found: whoever calls is served), CC_WORDS (what says when it opens again, for
       Playback; empty when it is open, or nobody knows)
"""

import re
from datetime import datetime
from typing import Protocol

from agi.answered import Result, argument, asked
from agi.session import AgiSession
from agi.spoken import language_of, playable
from agi.variables import CC_LANGUAGE
from ari_app.domain.hours import Standing
from ari_app.domain.speech import opens_again

SCHEDULE = re.compile(r"[a-z][a-z0-9_]{0,39}")
USUAL = "hotline"


class Schedules(Protocol):
    async def standing(self, schedule: str) -> tuple[Standing, datetime]:
        """With the local time it was asked at. Raises NotFound, Unavailable."""


async def handle(agi: AgiSession, schedules: Schedules) -> None:
    language = language_of((await agi.get_variables(CC_LANGUAGE))[CC_LANGUAGE])
    schedule, found = argument(agi, 0) or USUAL, None
    result = Result.WRONG
    if SCHEDULE.fullmatch(schedule):
        result, found = await asked(agi, schedules.standing(schedule))
    standing, now = found or (Standing(is_open=True), None)
    words = ""
    if standing.opens_at is not None and now is not None:
        words = playable(("we-open-again", *opens_again(standing.opens_at, now, language)))
    await agi.set_variables(CC_RESULT=result.value, CC_OPEN=standing.why, CC_WORDS=words)
