import io

import numpy as np

from ari_app.recognition.pocketsphinx_worker import serve, widened
from ari_app.recognition.wire import Judged, Question, packed


class Parrot:
    """Takes the first phrase for what was said; breaks at a broken sound."""

    def judge(self, phrases: tuple[str, ...], audio: bytes) -> Judged:
        if audio == b"!":
            raise RuntimeError("no such word")
        return Judged(phrases[0], len(audio) / 10)


def test_one_answer_for_each_question_whatever_happens() -> None:
    questions = io.BytesIO(
        packed(Question(("yes",), 4)) + b"\n\n12" + packed(Question(("x",), 1)) + b"!"
    )
    answers = io.BytesIO()

    serve(questions, answers, Parrot())

    assert answers.getvalue() == (
        packed(Judged("yes", 0.4)) + packed(Judged(problem="no such word"))
    )


def test_narrow_speech_is_brought_to_twice_the_rate_and_one_level() -> None:
    time = np.arange(8_000) / 8_000
    quiet = (300 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)

    wide = np.frombuffer(widened(quiet), np.int16).astype(float)[4_800:20_800]

    assert len(wide) == 16_000
    assert 0.09 < np.sqrt(np.mean(wide**2)) / 32_768 < 0.11
    assert np.argmax(np.abs(np.fft.rfft(wide))) == 440
