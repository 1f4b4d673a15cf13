"""How the watchdog is, in one small file that `hotline status` and probes read."""

import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Counters:
    looks: int = 0
    rescued: int = 0
    not_rescued: int = 0  # the caller had gone, or Asterisk refused; tried again at the next look
    forged: int = 0
    connections: int = 0
    connections_lost: int = 0


@dataclass(slots=True)
class Health:
    """`reason` says what is wrong; empty when nothing is."""

    file: Path
    reason: str = "not connected yet"
    calls: int = 0  # callers whom ari_app has taken or is to take
    not_taken: int = 0
    heartbeat_age: float | None = None  # seconds; None before ari_app's first
    held_without_engine: int = 0  # callers it had taken, who wait for it to come back
    counters: Counters = field(default_factory=Counters)

    def write(self) -> None:
        """Replaces the file in one step. A full disk must not stop the watching."""
        seen = {key: value for key, value in asdict(self).items() if key != "file"}
        text = json.dumps({"at": time.time(), "pid": os.getpid(), "ok": not self.reason, **seen})
        fresh = self.file.with_suffix(".new")
        try:
            fresh.write_text(text + "\n", encoding="utf-8")
            fresh.replace(self.file)
        except OSError as error:
            self.reason = f"cannot write {self.file}: {error.strerror}"
