"""Judges the PINs that agents press: counted in PostgreSQL first, hashed beside the loop."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from ari_app.domain import pin as pins_of
from ari_app.domain.pin import Verdict
from ari_app.ports import Clock
from ari_app.store import pins, trail
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)


class PinCheck:
    """Each method raises Unavailable without PostgreSQL: then nobody with a PIN gets in."""

    def __init__(self, ask: Ask, clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        # One thread: however many log in at nine, the processor stays with the calls.
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="pin")

    async def lock_left(self, agent_id: int) -> timedelta:
        """How long no PIN of this agent is looked at; zero when the next one is."""
        _, tries = await self._ask(lambda db: pins.load(db, agent_id))
        return tries.lock_left(self._clock.now())

    async def judge(self, agent_id: int, pin: str, phone: str) -> Verdict:
        """Raises: Conflict when another PIN of this agent is being judged: try again."""
        kept, before = await self._ask(lambda db: pins.load(db, agent_id))
        now = self._clock.now()
        if before.lock_left(now):
            return Verdict.LOCKED
        if kept is None:
            return Verdict.RIGHT
        after = before.taken(now)
        await self._ask(lambda db: pins.take_try(db, agent_id, before, after))
        loop = asyncio.get_running_loop()
        if await loop.run_in_executor(self._slow, pins_of.is_right, pin, kept):
            await self._ask(lambda db: pins.forget_tries(db, agent_id))
            return Verdict.RIGHT
        verdict = Verdict.LOCKED if after.lock_left(now) else Verdict.WRONG
        await self._note(agent_id, phone, verdict, after.lock_left(now))
        return verdict

    async def _note(self, agent_id: int, phone: str, verdict: Verdict, lock: timedelta) -> None:
        detail = {"lock_seconds": round(lock.total_seconds())}
        await self._ask(
            lambda db: trail.note(
                db,
                who=f"phone {phone}",
                action=f"pin_{verdict}",
                object=f"agent {agent_id}",
                detail=detail,
            )
        )
        log.warning("PIN refused", extra={"agent": agent_id, "verdict": verdict, **detail})
