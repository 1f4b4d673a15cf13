import subprocess
import sys

from ari_app.domain.later import Later

LOOK = """
import sys, ari_app.process, ari_app.app
print(*sys.modules.keys() & {"numpy", "redis", "soundfile"})
"""


def test_the_module_is_loaded_when_something_of_it_is_asked_for() -> None:
    assert Later("math").sqrt(4) == 2


def test_an_engine_that_starts_does_not_load_what_callers_do_not_wait_for() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, check=True, text=True)

    assert done.stdout.split() == []
