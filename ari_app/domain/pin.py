"""An agent's PIN: what it may be, how it is kept, and how long guessing has to wait."""

import hashlib
import hmac
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST, LONGEST = 4, 12
SALT_BYTES = 16
COST = 14  # 2^14: 16 MB and about 50 ms. It protects a stolen table, the lock protects the phone
COSTS = range(1, 18)  # what a log-in can wait for
BLOCK, LANES = 8, 1  # r and p of RFC 7914
KEY_BYTES = 32
MOST_WRONG = 3
FIRST_LOCK = timedelta(minutes=5)
LONGEST_LOCK = timedelta(hours=1)


class Verdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


def objection(pin: str) -> str:
    """What is wrong with it; empty for one that may be used."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        return f"a PIN is {SHORTEST} to {LONGEST} digits"
    steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        return "a row of digits is the first that others try"
    return ""


def hashed(pin: str, salt: bytes, cost: int = COST) -> str:
    """As it is kept: `scrypt$cost$salt$key`. Slow on purpose: never on an event loop."""
    return f"scrypt${cost}${salt.hex()}${_key(pin, salt, cost).hex()}"


def is_right(pin: str, kept: str) -> bool:
    """Slow as `hashed`. What is not a hash of ours fits no PIN."""
    try:
        _, cost, salt, key = kept.split("$")
        if int(cost) not in COSTS:
            return False
        found = _key(pin, bytes.fromhex(salt), int(cost))
        return hmac.compare_digest(found, bytes.fromhex(key))
    except ValueError:
        return False


def _key(pin: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=2**cost, r=BLOCK, p=LANES, maxmem=2**28, dklen=KEY_BYTES
    )


# As slow to compare with as anybody's, and no PIN is known that fits.
NOBODYS = f"scrypt${COST}${'00' * SALT_BYTES}${'00' * KEY_BYTES}"


@dataclass(frozen=True, slots=True)
class Tries:
    """PINs of one agent since the last right one: `wrong` of them since the last lock."""

    wrong: int = 0
    locks: int = 0
    locked_until: datetime | None = None

    def lock_left(self, now: datetime) -> timedelta:
        return max(timedelta(), self.locked_until - now) if self.locked_until else timedelta()

    def taken(self, now: datetime) -> "Tries":
        """One more, counted as wrong before it is judged, so that nothing that happens meanwhile
        makes it free. The third in a row locks, each time for twice as long."""
        wrong = self.wrong + 1
        if wrong < MOST_WRONG:
            return Tries(wrong, self.locks)
        lock = min(FIRST_LOCK * 2 ** min(self.locks, 10), LONGEST_LOCK)
        return Tries(0, self.locks + 1, now + lock)
