"""Checks what calls left behind; each check is a sentence and a verdict."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import soundfile

from ari_app.domain.tones import segments
from ari_app.lab.party import Party
from ari_app.store.db import Connection

ENOUGH_SECONDS = 1.0
CLOSE_SECONDS = 2.0


@dataclass(slots=True)
class Evidence:
    """Collects verdicts; `ok` only when every one is."""

    checks: list[tuple[str, bool, str]] = field(default_factory=list)

    def check(self, sentence: str, holds: object, seen: object = "") -> bool:
        """`seen` is shown when it does not hold."""
        self.checks.append((sentence, bool(holds), "" if holds else f"saw {seen}"))
        return bool(holds)

    @property
    def ok(self) -> bool:
        return bool(self.checks) and all(holds for _, holds, _ in self.checks)

    # ---- ears ----

    def heard(self, who: str, party: Party, *what: str) -> None:
        """Each of these was heard, in this order."""
        names = [item.what for item in party.ear.heard]
        place = 0
        for wanted in what:
            found = wanted in names[place:]
            self.check(f"{who} heard {wanted}", found, ", ".join(names) or "nothing")
            if found:
                place = names.index(wanted, place) + 1

    def heard_tone(self, who: str, party: Party, hz: int) -> None:
        seconds = party.ear.seconds(f"tone {hz}")
        self.check(f"{who} heard {hz} Hz", seconds >= ENOUGH_SECONDS, f"{seconds:.1f} s of it")

    # ---- recordings ----

    async def recording(
        self, db: Connection, archive: Path, call_id: UUID, *, left: int, right: int
    ) -> None:
        """Found in the index, the very file, caller's tone on the left and agent's on the right."""
        row = await db.fetchrow(
            "SELECT path, sha256, bytes, seconds, state FROM recording WHERE call_id = $1", call_id
        )
        self.check("the index finds the recording", row and row["path"], dict(row or {}))
        if row is None or row["path"] is None:
            return
        path = archive / row["path"]
        data = path.read_bytes()
        self.check("its file has the indexed size", len(data) == row["bytes"], len(data))
        digest = hashlib.sha256(data).hexdigest()
        self.check("its file has the indexed SHA-256", digest == row["sha256"], digest)
        samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
        self.check("it is stereo", samples.shape[1] == 2, samples.shape)  # noqa: PLR2004
        length = len(samples) / rate
        self.check("its length is the indexed one", abs(length - row["seconds"]) < 0.1, length)  # noqa: PLR2004
        await self._as_long_as_the_call(db, call_id, length)
        self._sides(samples, rate, left, right)

    async def _as_long_as_the_call(self, db: Connection, call_id: UUID, length: float) -> None:
        seconds = await db.fetchval(
            "SELECT extract(epoch FROM ended_at - answered_at)::float FROM call WHERE call_id = $1",
            call_id,
        )
        close = seconds is not None and abs(length - seconds) < CLOSE_SECONDS
        self.check("it is as long as the call", close, f"{length:.1f} s of {seconds} s")

    def _sides(self, samples: "np.ndarray[Any, Any]", rate: int, left: int, right: int) -> None:
        for side, column, mine, other in (("left", 0, left, right), ("right", 1, right, left)):
            has = _seconds_of(samples[:, column], rate, mine)
            self.check(f"its {side} channel has {mine} Hz", has >= ENOUGH_SECONDS, f"{has:.1f} s")
            has_other = _seconds_of(samples[:, column], rate, other)
            self.check(
                f"its {side} channel is free of {other} Hz", has_other == 0, f"{has_other} s"
            )

    def message(self, path: Path, hz: int) -> None:
        samples, rate = soundfile.read(path, dtype="int16")
        has = _seconds_of(samples, rate, hz)
        self.check(f"the message has the caller's {hz} Hz", has >= ENOUGH_SECONDS, f"{has:.1f} s")


def _seconds_of(samples: "np.ndarray[Any, Any]", rate: int, hz: int) -> float:
    return float(sum(end - start for start, end in segments(samples, rate, hz)))
