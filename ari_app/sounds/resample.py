"""Change of sampling rate, by sox: its filter is better than what we would write here."""

import subprocess
from typing import TYPE_CHECKING

from ari_app.domain.later import Later
from ari_app.sounds.audio import Samples
from ari_app.sounds.trouble import CannotSpeak

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

# Below this there is no speech, only hum and breath on the microphone.
LOW_CUT = "100"
# sox computes with integers and cuts off what is beyond full scale, also between samples.
HEADROOM = 0.5


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """Raises CannotSpeak when sox is missing or fails."""
    loudest = float(np.max(np.abs(samples), initial=0.0)) or 1.0
    sound = (samples * (HEADROOM / loudest)).astype("<f4").tobytes()
    format_in = ["-t", "f32", "-r", str(rate), "-c", "1", "-"]
    format_out = ["-t", "f32", "-"]
    command = ["sox", "-D", *format_in, *format_out, "highpass", LOW_CUT, "rate", "-v", str(wanted)]
    try:
        done = subprocess.run(command, input=sound, capture_output=True, check=True, timeout=60)
    except FileNotFoundError as error:
        raise CannotSpeak("sox is not installed", "apt install sox") from error
    except subprocess.SubprocessError as error:
        raise CannotSpeak(f"sox failed: {error}", "try the recording in another format") from error
    return np.frombuffer(done.stdout, dtype="<f4") * np.float32(loudest / HEADROOM)
