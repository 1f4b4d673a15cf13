"""Puts the generated sounds where one Asterisk plays them, as linear PCM (decision 0007)."""

import shutil
from pathlib import Path

from ari_app.domain.alaw import linear


def publish(generated: Path, sounds: Path) -> None:
    """Every file below `generated` at the same place below `sounds`; A-law becomes `.sln`.

    The samples stay those of the A-law file, so what a caller hears is that file, bit for bit.
    """
    for source in generated.rglob("*"):
        if source.is_dir():
            continue
        target = sounds / source.relative_to(generated)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".alaw":
            # In this machine's order, as Asterisk reads `.sln`.
            target.with_suffix(".sln").write_bytes(linear(source.read_bytes()).tobytes())
        else:
            shutil.copyfile(source, target)
