"""What somebody on the phone hears: prompts told apart by their very bytes, tones by Goertzel.

A prompt kept in A-law reaches an A-law leg unchanged, 160 bytes per 20 ms packet, so a handful of
its frames in a row identify it without any signal processing.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ari_app.domain.alaw import samples

FRAME = 160  # bytes of A-law, and samples, in 20 ms
SURE = 5  # frames in a row that must agree before a prompt counts as heard
SILENCE = 0xD5
TONE_WINDOW = 5  # frames: 100 ms
TONE_DBFS = -30.0
TONE_SHARE = 0.5  # of all that is heard
TONE_WINDOWS = 3  # in a row: a vowel may sound like a tone for a moment
PAUSE_WITHIN = 1.5  # seconds of silence in the middle of a prompt
PAUSE_BESIDE = 0.3  # when something else was heard meanwhile
NOTHING = 1e-6  # mean square: -60 dBFS
TONES = (350, 440, 523, 620, 740, 880, 1000, 1200, 1400, 1600)
FRAMES_PER_SECOND = 50


ALAW = (samples() / 32768).astype(np.float32)  # byte -> sample in -1..1


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing heard: `what` is a prompt name, `tone 440` or `music`; times in seconds."""

    what: str
    at: float
    until: float


class PromptBook:
    """Which prompts a frame of audio may belong to."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Args: files: prompt name -> headerless A-law."""
        self._owners: dict[bytes, set[str]] = defaultdict(set)
        for name, audio in files.items():
            for start in range(0, len(audio) - FRAME + 1, FRAME):
                frame = audio[start : start + FRAME]
                if frame.count(frame[0]) < FRAME // 2:
                    self._owners[frame].add(name)

    @classmethod
    def read(cls, generated: Path) -> "PromptBook":
        """Every prompt as `<language>/<name>`, tones as `<name>`, music below `moh/` as `music`."""
        files: dict[str, bytes] = {}
        tones = {path.stem for path in (generated / "tones").glob("*.alaw")}
        for path in sorted(generated.rglob("*.alaw")):
            language = path.relative_to(generated).parts[0]
            name = "music" if language == "moh" else f"{language}/{path.stem}"
            if path.stem in tones:  # the same file in every language
                files[path.stem] = path.read_bytes()
                continue
            files[name] = files.get(name, b"") + path.read_bytes()
        return cls(files)

    def owners(self, frame: bytes) -> set[str]:
        return self._owners.get(frame, _NOBODY)


_NOBODY: set[str] = set()


@dataclass(slots=True)
class Ear:
    """Fed with the frames of one leg, in order; remembers what was heard and tells at once."""

    book: PromptBook
    on_heard: Callable[[Heard], None] | None = None
    heard: list[Heard] = field(default_factory=list)
    frames: int = 0
    _recent: deque[set[str]] = field(default_factory=lambda: deque(maxlen=SURE * 2))
    _window: list[bytes] = field(default_factory=list)
    _open: dict[str, int] = field(default_factory=dict)
    _held: dict[int, int] = field(default_factory=dict)

    def listen(self, frame: bytes) -> None:
        """Args: frame: 160 bytes of A-law."""
        self.frames += 1
        self._recent.append(self.book.owners(frame))
        name = _agreed(self._recent)
        if name is not None:
            self._note(name)
        self._window.append(frame)
        if len(self._window) == TONE_WINDOW:
            self._note_tones(tones_in(b"".join(self._window)))
            self._window.clear()

    def _note_tones(self, tones: list[int]) -> None:
        self._held = {hz: self._held.get(hz, 0) + 1 for hz in tones}
        for hz, windows in self._held.items():
            if windows >= TONE_WINDOWS:
                self._note(f"tone {hz}")

    def _note(self, what: str) -> None:
        """Goes on with what is being heard, over its pauses, or begins something new."""
        now = self.frames / FRAMES_PER_SECOND
        index = self._open.get(what)
        pause = PAUSE_WITHIN if index == len(self.heard) - 1 else PAUSE_BESIDE
        if index is not None and now - self.heard[index].until < pause:
            self.heard[index] = Heard(what, self.heard[index].at, now)
            return
        self._open[what] = len(self.heard)
        self.heard.append(Heard(what, now, now))
        if self.on_heard:
            self.on_heard(self.heard[-1])

    def times(self, what: str) -> list[Heard]:
        return [item for item in self.heard if item.what == what]

    def seconds(self, what: str) -> float:
        """For how long something was heard in all."""
        return sum(item.until - item.at for item in self.times(what))


def _agreed(recent: Iterable[set[str]]) -> str | None:
    votes = Counter(name for owners in recent if len(owners) == 1 for name in owners)
    if not votes:
        return None
    name, count = votes.most_common(1)[0]
    return name if count >= SURE else None


_BASIS = np.exp(
    -2j * np.pi * np.outer(np.array(TONES), np.arange(FRAME * TONE_WINDOW)) / 8000
).astype(np.complex64)


def tones_in(audio: bytes) -> list[int]:
    """Which of TONES are present in 100 ms of A-law, each at least at -30 dBFS and dominant."""
    samples = ALAW[np.frombuffer(audio, dtype=np.uint8)]
    power = float(np.mean(samples**2))
    if power < NOTHING:
        return []
    # Not by `@`: its library would start a thread per core for this, in each of many ears.
    amplitude = np.abs(np.einsum("ij,j->i", _BASIS, samples)) * 2 / len(samples)
    level = 20 * np.log10(np.maximum(amplitude, 1e-9))
    share = amplitude**2 / 2 / power
    return [
        hz
        for hz, db, part in zip(TONES, level, share, strict=True)
        if db > TONE_DBFS and part > TONE_SHARE
    ]
