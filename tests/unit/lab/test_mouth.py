import numpy as np

from ari_app.lab.ear import ALAW, FRAME
from ari_app.lab.mouth import QUIET, Mouth, alaw, tone


def test_every_code_of_a_law_comes_back_as_itself() -> None:
    """Except for -0, which is as near to the middle as +0."""
    codes = bytes(range(256))

    assert np.array_equal(ALAW[np.frombuffer(alaw(ALAW), np.uint8)], ALAW)
    assert len(alaw(ALAW)) == len(codes)


def test_a_sample_becomes_the_nearest_code() -> None:
    samples = np.linspace(-1.2, 1.2, 10_001, dtype=np.float32)
    best = np.abs(ALAW[None, :] - samples[:, None]).min(axis=1)

    chosen = ALAW[np.frombuffer(alaw(samples), np.uint8)]

    assert np.allclose(np.abs(chosen - samples), best, atol=1e-6)


def test_a_tone_has_the_level_asked_for() -> None:
    samples = ALAW[np.frombuffer(tone(440, dbfs=-12.0), np.uint8)]

    assert len(samples) == 8000
    assert abs(20 * np.log10(np.abs(samples).max()) + 12) < 0.2


def test_a_mouth_is_silent_until_told_otherwise() -> None:
    assert Mouth().next_frame() == QUIET


def test_a_tone_goes_on_without_a_click_until_hushed() -> None:
    mouth, second = Mouth(), tone(440)
    mouth.talk(440)

    heard = b"".join(mouth.next_frame() for _ in range(100))
    assert heard == second + second
    mouth.hush()
    assert mouth.next_frame() == QUIET


def test_audio_is_said_once_and_silence_follows() -> None:
    mouth = Mouth()
    mouth.say(b"a" * FRAME + b"b" * FRAME + b"rest")

    assert [mouth.next_frame() for _ in range(3)] == [b"a" * FRAME, b"b" * FRAME, QUIET]


def test_no_audio_at_all_is_silence() -> None:
    mouth = Mouth()
    mouth.say(b"")

    assert mouth.next_frame() == QUIET
