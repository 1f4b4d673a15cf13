"""`python -m ari_app.recognition.pocketsphinx_worker`: judges utterances until its input ends.

The model that pocketsphinx brings was trained on 16 kHz, so telephone speech is brought to that
rate; in the half of the band that a telephone does not carry there is noise, for the model takes
digital silence for something that is said. The grammar fits some phrase to whatever it hears, so
its score is compared with that of any row of English sounds: the better of two explanations.
"""

import re
import sys
from typing import BinaryIO, Final, Protocol, cast

import msgspec
import numpy as np
import numpy.typing as npt

from ari_app.recognition.wire import Judged, Question, packed

RATE: Final = 16_000
LEVEL: Final = -20.0  # dBFS of the utterance
NOISE: Final = -40.0
SILENCE: Final = np.zeros(2_400, np.float32)  # 0.3 s at 8 kHz: words need an end
# Wider than usual: grammars are tiny, and a path cut off too early is a caller asked again.
BEAMS: Final = {"beam": 1e-100, "wbeam": 1e-80, "pbeam": 1e-100, "maxhmmpf": -1}
# Differences of the two scores that are no and full confidence. With synthetic voices phrases lie
# between -0.04 and 0.13, what is no phrase between -0.13 and -0.01, most of it below -0.08.
WORST, BEST = -0.12, 0.04
FILLERS: Final = "[ please ]"


class Decoder(Protocol):
    def judge(self, phrases: tuple[str, ...], audio: bytes) -> Judged: ...


class Pocket:
    def __init__(self) -> None:
        # Loaded in this process only: it is large, and the engine does without.
        from pocketsphinx import Decoder, get_model_path  # noqa: PLC0415

        self._decoder = Decoder(samprate=RATE, lm=None, loglevel="FATAL", **BEAMS)
        self._decoder.add_allphone_file("sounds", f"{get_model_path()}/en-us/en-us-phone.lm.bin")
        self._grammars: dict[tuple[str, ...], str] = {}

    def judge(self, phrases: tuple[str, ...], audio: bytes) -> Judged:
        grammar = self._grammar(phrases)
        sound = widened(np.frombuffer(audio, np.int16))
        phrase, score = self._run(grammar, sound)
        said = re.sub(r" please$", "", phrase) if phrase not in phrases else phrase
        if said not in phrases:  # nothing, or a phrase that was not finished
            return Judged()
        _, anything = self._run("sounds", sound)
        share = (score - anything - WORST) / (BEST - WORST)
        return Judged(said, round(min(1.0, max(0.0, share)), 2))

    def _grammar(self, phrases: tuple[str, ...]) -> str:
        if phrases not in self._grammars:
            name = f"g{len(self._grammars)}"
            either = " | ".join(phrases)
            text = f"#JSGF V1.0; grammar {name}; public <said> = ( {either} ) {FILLERS};"
            self._decoder.add_jsgf_string(name, text)
            self._grammars[phrases] = name
        return self._grammars[phrases]

    def _run(self, search: str, sound: bytes) -> tuple[str, float]:
        self._decoder.activate_search(search)
        self._decoder.start_utt()
        self._decoder.process_raw(sound, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return (found.hypstr, found.best_score) if found is not None else ("", 0.0)


def widened(samples: npt.NDArray[np.int16]) -> bytes:
    """8 kHz -> 16 kHz, at one level, with noise above what telephones carry."""
    speech = samples.astype(np.float32) / 32_768
    loud = float(np.sqrt(np.mean(speech**2))) or 1.0
    speech = np.concatenate([SILENCE, speech * (10 ** (LEVEL / 20) / loud), SILENCE])
    spectrum = np.fft.rfft(speech)
    wide = np.fft.irfft(np.pad(spectrum, (0, len(speech) - len(spectrum) + 1)), 2 * len(speech)) * 2
    wide += np.random.default_rng(1).normal(0, 10 ** (NOISE / 20), len(wide))
    return (np.clip(wide, -1, 1) * 32_767).astype(np.int16).tobytes()


def serve(questions: BinaryIO, answers: BinaryIO, decoder: Decoder) -> None:
    """One after the other; a question that cannot be judged is answered with its problem."""
    while line := questions.readline():
        question = msgspec.json.decode(line, type=Question)
        audio = questions.read(question.size)
        try:
            answer = decoder.judge(question.phrases, audio) if audio else Judged()
        except Exception as error:
            answer = Judged(problem=" ".join(str(error).split()) or type(error).__name__)
        answers.write(packed(answer))
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, cast(Decoder, Pocket()))
