"""Something that may take longer than a moment: the caller hears so, then music."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ari_app.flows.active import ActiveCall
from ari_app.flows.beside import beside

T = TypeVar("T")

A_MOMENT = 1.5  # seconds of silence that nobody minds


async def meanwhile(call: ActiveCall, work: Coroutine[Any, Any, T], prompt: str) -> T:
    """What the work returns or raises. A caller who hangs up ends it."""
    async with beside(work, f"work for {call.facts.id}") as task:
        await asyncio.wait((task,), timeout=A_MOMENT)
        if not task.done():
            await call.say((prompt,))
        if not task.done():
            await call.leg.start_music()
            await asyncio.wait((task,))
            await call.leg.stop_music()
        return task.result()
