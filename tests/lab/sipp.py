"""SIPp as a crowd of callers: one scenario file, bounded in time, counted."""

import asyncio
import csv
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ari_app.site.ports import free_ports, is_free

SCENARIOS = Path(__file__).parent / "sipp"
HOST = "127.0.0.1"
SILENCE = b"\xd5" * 8000  # one second of A-law, sent again and again
FINISHED = (0, 1)  # all calls succeeded; at least one failed


@dataclass(frozen=True, slots=True)
class Counts:
    """`response_ms` is the mean from INVITE to 200, of scenarios that measure it; `complaints`
    what SIPp found wrong with what it received."""

    created: int
    successful: int
    failed: int
    response_ms: float
    complaints: str = ""

    @classmethod
    def read(cls, path: Path, complaints: str = "") -> "Counts":
        """The last line of a `-trace_stat` file, which counts from the beginning."""
        with path.open(newline="") as file:
            *_, last = csv.DictReader(file, delimiter=";")
        return cls(
            created=int(last["TotalCallCreated"]),
            successful=int(last["SuccessfulCall(C)"]),
            failed=int(last["FailedCall(C)"]),
            response_ms=_milliseconds(last.get("ResponseTime1(C)") or "00:00:00:000000"),
            complaints=complaints,
        )


class SippFailed(AssertionError):
    """It ended otherwise than by counting; the text is the end of what it said."""


@dataclass(frozen=True, slots=True)
class Sipp:
    """Sends from `port` (0: a free one, which is no trunk of anybody's) to a SIP `peer_port`."""

    peer_port: int
    port: int = 0
    rate: float = 10  # new calls a second
    within: float = 60  # seconds, for a whole run

    async def run(
        self,
        scenario: str,
        callers: Sequence[str],
        *,
        number: str = "95001",
        stay_seconds: float = 1,
        keys: str = "",
    ) -> Counts:
        """One call to `number` for each of `callers`.

        Raises:
            SippFailed: it could not start, or was not done in time.
        """
        with tempfile.TemporaryDirectory(prefix="sipp-") as name:
            folder = Path(name)
            (folder / "silence.alaw").write_bytes(SILENCE)
            lines = [f"{caller};{keys}" for caller in callers]
            (folder / "callers.csv").write_text("\n".join(["SEQUENTIAL", *lines, ""]))
            options = {
                "-sf": SCENARIOS / f"{scenario}.xml",
                "-inf": "callers.csv",
                "-s": number,
                "-m": len(callers),
                "-d": round(stay_seconds * 1000),
            }
            await self._run(folder, options)
            return Counts.read(folder / "counts.csv", _errors(folder))

    async def _run(self, folder: Path, options: dict[str, object]) -> None:
        (port,) = free_ports(1)
        fixed = {
            "-i": HOST,
            "-p": self.port or port,
            "-mi": HOST,
            "-mp": _media_port(),
            "-stf": "counts.csv",
            "-fd": 1,
            "-recv_timeout": 5000,
            "-r": self.rate,
            "-timeout": f"{self.within:g}s",
        }
        pairs = [str(part) for pair in {**fixed, **options}.items() for part in pair]
        # No retransmission of its own: the loopback loses nothing, and copies are a scenario's.
        switches = ("-nr", "-nostdin", "-trace_stat", "-trace_err", "-timeout_error")
        with (folder / "said").open("wb") as said:
            process = await asyncio.create_subprocess_exec(
                "sipp",
                f"{HOST}:{self.peer_port}",
                *pairs,
                *switches,
                cwd=folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env={**os.environ, "TERM": "dumb"},
            )
            code = await _ended(process, self.within + 5)
        if code not in FINISHED:
            raise SippFailed(f"sipp ended with {code}: {_last_words(folder)}")


async def _ended(process: asyncio.subprocess.Process, within: float) -> int:
    """The exit code; stops this very process when it takes too long or nobody waits any more."""
    try:
        async with asyncio.timeout(within):
            return await process.wait()
    except TimeoutError:
        raise SippFailed(f"sipp was not done within {within:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _last_words(folder: Path) -> str:
    return ((folder / "said").read_text(errors="replace") + _errors(folder))[-600:]


def _media_port() -> int:
    """sipp takes the second one above it, too, for pictures."""
    while True:
        (media,) = free_ports(1)
        if is_free(media + 2):
            return media


def _errors(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in folder.glob("*_errors.log"))


def _milliseconds(text: str) -> float:
    """`hours:minutes:seconds:microseconds`, as SIPp writes times."""
    hours, minutes, seconds, micros = map(int, text.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + micros / 1000
