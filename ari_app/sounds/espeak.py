"""espeak-ng as a speech engine."""

import re
import subprocess
from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from ari_app.sounds.engine import Voice
from ari_app.sounds.pronunciation import mandarin_faults
from ari_app.sounds.trouble import CannotSpeak

PROGRAM = "espeak-ng"
INSTALL = "apt install espeak-ng"
SECONDS = 30
CLAUSE_END = re.compile(r"[，。！？；：,.!?;:]+")
# Has a third tone, a neutral tone and a digit: read out by a broken voice, all are English.
PROBE = "您好，我们的服务请按1"


class Espeak:
    name = "espeak-ng"

    @cached_property
    def version(self) -> str:
        found = re.search(r"text-to-speech: (\S+)", self._run(["--version"]).decode())
        return found[1] if found else "unknown"

    def pick_voice(self, language: str, names: Sequence[str]) -> str:
        """Asks each voice how it would read: version numbers say less, distributions patch."""
        for name in names:
            if language != "zh" or not mandarin_faults(PROBE, self.phonemes(PROBE, name)):
                return name
        raise CannotSpeak(
            f"{self.name} {self.version} has no voice for {language} among {', '.join(names)}",
            "name another in [voices] of sounds/manifest.toml",
        )

    def speak(self, text: str, voice: Voice) -> bytes:
        settings = ["-v", voice.name, "-s", str(voice.speed), "-p", str(voice.pitch)]
        sound = self._run([*settings, "--stdin", "--stdout"], text)
        if len(sound) <= 44:  # noqa: PLR2004
            raise CannotSpeak(f"{self.name} said nothing for {text!r}", f"check voice {voice.name}")
        return _with_lengths(sound)

    def phonemes(self, text: str, voice: str) -> str:
        """How the text would be read: phoneme mnemonics, tones as contours from 1 to 5."""
        return self._run(["-v", voice, "-q", "-x", "--stdin"], text).decode()

    def phonemes_of(self, texts: Sequence[str], voice: str) -> list[str]:
        """As `phonemes` of each text, in one run: each clause is a line, and comes back as one."""
        clauses = [[part for part in CLAUSE_END.split(text) if part.strip()] for text in texts]
        lines = [f"{part}。" for parts in clauses for part in parts]
        read = self.phonemes("\n".join(lines), voice).strip("\n").split("\n")
        if len(read) != len(lines):
            return [self.phonemes(text, voice) for text in texts]
        rest = iter(read)
        return [" ".join(islice(rest, len(parts))) for parts in clauses]

    def _run(self, arguments: Sequence[str], text: str = "") -> bytes:
        command = [PROGRAM, *arguments]
        try:
            done = subprocess.run(
                command, input=text.encode(), capture_output=True, check=True, timeout=SECONDS
            )
        except FileNotFoundError as error:
            raise CannotSpeak(f"{PROGRAM} is not installed", INSTALL) from error
        except subprocess.SubprocessError as error:
            raise CannotSpeak(f"{PROGRAM} failed: {error}", "run it by hand to see why") from error
        return done.stdout


def _with_lengths(wav: bytes) -> bytes:
    """A WAV that went through a pipe does not know how long it is; now it does."""
    data_size = len(wav) - 44
    return (
        b"".join(
            (
                wav[:4],
                (36 + data_size).to_bytes(4, "little"),
                wav[8:40],
                data_size.to_bytes(4, "little"),
            )
        )
        + wav[44:]
    )
