"""agi://…/agent_code,number: is there an agent with the number 工号 the caller has keyed?

Reads  CC_LANGUAGE; the number is the argument
Sets   CC_RESULT (found, unknown, wrong, unavailable), CC_AGENT (the number, empty unless found),
       CC_WORDS (the number digit by digit, for Playback; empty when it is none)
"""

import re
from typing import Protocol

from agi.answered import Result, argument, asked
from agi.session import AgiSession
from agi.spoken import language_of, playable
from agi.variables import CC_LANGUAGE
from ari_app.domain.speech import digits

CODE = re.compile(r"[0-9]{1,6}")


class Agents(Protocol):
    async def with_number(self, number: int) -> int:
        """The same, when somebody who works here has it. Raises NotFound, Unavailable."""


async def handle(agi: AgiSession, agents: Agents) -> None:
    language = language_of((await agi.get_variables(CC_LANGUAGE))[CC_LANGUAGE])
    code, agent, words = argument(agi, 0), None, ""
    result = Result.WRONG
    if CODE.fullmatch(code):
        words = playable(digits(code, language))
        result, agent = await asked(agi, agents.with_number(int(code)))
    await agi.set_variables(
        CC_RESULT=result.value, CC_AGENT="" if agent is None else str(agent), CC_WORDS=words
    )
