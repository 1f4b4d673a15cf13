"""asyncari in an environment of its own: it is a peer to measure, nothing the product uses."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ari_app.site.cache import cache_folder

REQUIREMENTS = Path(__file__).parent / "ari_clients" / "requirements.txt"


def asyncari_python() -> Path | None:
    """Its interpreter, installed on first use; None, with the reason printed, when it cannot be."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:16]
    place = cache_folder(os.environ, os.getuid()) / "bench" / digest
    python, done = place / "bin" / "python", place / "complete"
    if done.exists():
        return python
    for old in place.parent.glob("*"):
        shutil.rmtree(old, ignore_errors=True)
    print("installing asyncari into", place, flush=True)
    try:
        _run(sys.executable, "-m", "venv", "--clear", str(place))
        _run(str(python), *PIP, "--require-hashes", "-r", str(REQUIREMENTS))
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).strip().splitlines() or ["pip said nothing"]
        print(f"asyncari is left out: {said[-1]}")
        print(f"  it needs a package index once: pip install -r {REQUIREMENTS}")
        return None
    done.touch()
    return python


PIP = ("-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check", "install")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
