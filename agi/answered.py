"""How a script says in the dialplan what became of its question: CC_RESULT.

`found`, `unknown`: there is no such thing. `wrong`: what was asked for is none (no number, no
kind of value). `unavailable`: nobody can say now. A script sets every variable of its answer each
time, so that none of an earlier question is left.
"""

import asyncio
from collections.abc import Awaitable
from enum import StrEnum
from typing import TypeVar

from agi.session import AgiSession
from ari_app.domain.errors import HotlineError, NotFound, Unavailable

T = TypeVar("T")

PATIENCE_SECONDS = 1.0  # the caller hears nothing meanwhile


class Result(StrEnum):
    FOUND = "found"
    UNKNOWN = "unknown"
    WRONG = "wrong"
    UNAVAILABLE = "unavailable"
    NO_SUCH_SYSTEM = "no_such_system"


class NoSuchSystem(HotlineError):
    """This site has nothing that could answer."""


async def asked(agi: AgiSession, question: Awaitable[T]) -> tuple[Result, T | None]:
    """Within the caller's patience."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return Result.FOUND, await question
    except NotFound:
        return Result.UNKNOWN, None
    except NoSuchSystem:
        return Result.NO_SUCH_SYSTEM, None
    except (Unavailable, HotlineError, TimeoutError) as error:
        agi.note(degraded=f"nobody can say: {type(error).__name__}")
        return Result.UNAVAILABLE, None


def argument(agi: AgiSession, place: int) -> str:
    """What the dialplan passed there, from 0; empty when it did not."""
    return agi.arguments[place] if len(agi.arguments) > place else ""
