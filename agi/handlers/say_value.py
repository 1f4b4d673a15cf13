"""agi://…/say_value,kind,value[,language]: how is this value said?

Kinds: number, digits, money (yuan), date (2026-10-01), time (15:30), serial, phone, duration
(seconds). The language is that of the call unless it is named.

Reads  CC_LANGUAGE
Sets   CC_RESULT (found or wrong), CC_WORDS (for Playback; empty when wrong)
"""

from agi.answered import Result, argument
from agi.session import AgiSession
from agi.spoken import language_of, playable, spoken
from agi.variables import CC_LANGUAGE


async def handle(agi: AgiSession) -> None:
    language = argument(agi, 2) or (await agi.get_variables(CC_LANGUAGE))[CC_LANGUAGE]
    try:
        words = playable(spoken(argument(agi, 0), argument(agi, 1), language_of(language)))
    except ValueError:
        words = ""
    result = Result.FOUND if words else Result.WRONG
    await agi.set_variables(CC_RESULT=result.value, CC_WORDS=words)
