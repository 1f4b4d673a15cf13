import os
import subprocess
import sys
from pathlib import Path

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.site.alone import alone
from ari_app.site.layout import SOURCE

HOLD = """
import sys, time
from pathlib import Path
from ari_app.site.alone import alone
with alone(Path(sys.argv[1]), "hotline up"):
    print("at work", flush=True)
    time.sleep(60)
"""


def test_the_second_is_told_in_one_line_who_is_at_work(tmp_path: Path) -> None:
    lock = tmp_path / "run" / "working.lock"

    with (
        alone(lock, "hotline up"),
        pytest.raises(Unavailable) as refused,
        alone(lock, "hotline down"),
    ):
        pass

    assert str(refused.value) == (
        f"`hotline up` (process {os.getpid()}) is at work on this site: wait until it has ended"
    )


def test_one_after_the_other_may(tmp_path: Path) -> None:
    for doing in ("hotline up", "hotline down"):
        with alone(tmp_path / "lock", doing):
            assert doing in (tmp_path / "lock").read_text()


def test_whoever_is_killed_keeps_nobody_out(tmp_path: Path) -> None:
    command = (sys.executable, "-c", HOLD, str(tmp_path / "lock"))
    with subprocess.Popen(command, cwd=SOURCE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"at work\n"
        with (
            pytest.raises(Unavailable, match=f"process {holder.pid}"),
            alone(tmp_path / "lock", "x"),
        ):
            pass
        holder.kill()

    with alone(tmp_path / "lock", "hotline down"):
        pass
