"""agi://…/fallback_route[,queue]: whose phones may ring while the engine is away?

Those of agents who were ready, or in wrap-up, when it was last heard of, and have what the queue
asks for and the caller's language; without a queue, everybody's who was. The longest idle first.

Reads  CC_LANGUAGE
Sets   CC_RESULT (found, unknown: nobody; wrong, unavailable), CC_PHONES (for Dial, at most eight;
       empty unless found: use FALLBACK_PHONES)
"""

import re
from collections.abc import Sequence
from typing import Protocol

from agi.answered import Result, argument, asked
from agi.session import AgiSession
from agi.spoken import language_of
from agi.variables import CC_LANGUAGE
from ari_app.domain.errors import NotFound

QUEUE = re.compile(r"[a-z][a-z0-9_]{0,39}")
PHONE = re.compile(r"[A-Za-z0-9_.-]{1,40}")


class FreePhones(Protocol):
    async def for_queue(self, queue: str, language: str) -> Sequence[str]:
        """Names of endpoints; `queue` "" for any. Raises NotFound (the queue), Unavailable."""


async def handle(agi: AgiSession, phones: FreePhones) -> None:
    language = language_of((await agi.get_variables(CC_LANGUAGE))[CC_LANGUAGE])
    queue, found = argument(agi, 0), None
    result = Result.WRONG
    if not queue or QUEUE.fullmatch(queue):
        result, found = await asked(agi, _somebody(phones, queue, language))
    dialled = "&".join(f"PJSIP/{phone}" for phone in found or ())
    await agi.set_variables(CC_RESULT=result.value, CC_PHONES=dialled)


async def _somebody(phones: FreePhones, queue: str, language: str) -> Sequence[str]:
    free = [phone for phone in await phones.for_queue(queue, language) if PHONE.fullmatch(phone)]
    if not free:
        raise NotFound("free phone", queue)
    return free
