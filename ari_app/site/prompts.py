"""Puts the generated sounds where one Asterisk plays them, as linear PCM (decision 0007)."""

import shutil
from pathlib import Path

import soundfile

RATE = 8000


def publish(generated: Path, sounds: Path) -> None:
    """Every file below `generated` at the same place below `sounds`; A-law becomes `.sln`.

    The samples stay those of the A-law file, so what a caller hears is that file, bit for bit.
    """
    for source in generated.rglob("*"):
        target = sounds / source.relative_to(generated)
        if source.is_dir():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".alaw":
            target.with_suffix(".sln").write_bytes(linear(source))
        else:
            shutil.copyfile(source, target)


def linear(path: Path) -> bytes:
    """Headerless A-law -> 16-bit samples in this machine's order, as Asterisk reads `.sln`."""
    if not path.stat().st_size:
        return b""
    samples, _ = soundfile.read(
        path, format="RAW", subtype="ALAW", samplerate=RATE, channels=1, dtype="int16"
    )
    return bytes(samples.tobytes())
