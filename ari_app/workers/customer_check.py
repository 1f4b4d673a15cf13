"""Judges account numbers and PINs that callers key in: tries counted first, hashed beside the loop.

Nothing tells an account that is not there from a wrong PIN, or from a lock: all are refused, and
all take the same time.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ari_app.domain import pin as pins_of
from ari_app.domain.errors import Conflict
from ari_app.domain.route import Customer
from ari_app.ports import Clock
from ari_app.store import customer_pins
from ari_app.workers.recording_index import Ask

log = logging.getLogger(__name__)


class CustomerCheck:
    """Raises Unavailable without PostgreSQL: then nobody is identified by PIN."""

    def __init__(self, ask: Ask, clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        # One thread: however many key in PINs, the processor stays with the calls.
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="customer-pin")

    async def judge(self, account: str, pin: str, caller: str) -> Customer | None:
        """None for whoever is not identified, why ever. Safe against a caller who hangs up in
        between: the try is counted by then.

        Args:
            caller: the number called from, which has tries of its own; "" has none.
        """
        subjects = (f"account {account}", *((f"number {caller}",) if caller else ()))
        counted = await self._count(subjects)
        known = await self._ask(lambda db: customer_pins.account(db, account))
        kept = known.pin_hash if known else pins_of.NOBODYS
        loop = asyncio.get_running_loop()
        is_right = await loop.run_in_executor(self._slow, pins_of.is_right, pin, kept)
        if known is None or not counted or not is_right:
            log.warning("a caller was not identified", extra={"is_locked": not counted})
            return None
        await self._ask(lambda db: customer_pins.forget_tries(db, subjects))
        return known.customer

    async def _count(self, subjects: tuple[str, ...]) -> bool:
        """Is this try to be judged? Not while a lock is on, nor beside another one."""
        now = self._clock.now()
        for subject in subjects:
            before = await self._ask(partial(customer_pins.tries, subject=subject))
            if before.lock_left(now):
                return False
            took = partial(
                customer_pins.take_try,
                subject=subject,
                before=before,
                after=before.taken(now),
                now=now,
            )
            try:
                await self._ask(took)
            except Conflict:
                return False
        return True
