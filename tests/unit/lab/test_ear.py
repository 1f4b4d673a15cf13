from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ari_app.lab.ear import (
    ALAW,
    FRAME,
    PAUSE_BESIDE,
    PAUSE_WITHIN,
    SILENCE,
    TONES,
    Ear,
    Heard,
    PromptBook,
    tones_in,
)
from ari_app.lab.mouth import alaw, tone

QUIET = bytes([SILENCE]) * FRAME


def speech(seed: int, seconds: float = 1.0) -> bytes:
    """Noise stands in for a voice: no frame of it comes twice."""
    random = np.random.default_rng(seed)
    return alaw(random.normal(0, 0.05, int(8000 * seconds)).astype(np.float32))


def frames(audio: bytes) -> Iterator[bytes]:
    return (audio[at : at + FRAME] for at in range(0, len(audio), FRAME))


def an_ear(**files: bytes) -> Ear:
    return Ear(PromptBook(files))


def listen(ear: Ear, audio: bytes) -> list[str]:
    for frame in frames(audio):
        ear.listen(frame)
    return [item.what for item in ear.heard]


def test_the_law_is_symmetric_and_reaches_full_scale() -> None:
    assert sorted(ALAW) == sorted(-ALAW)
    assert ALAW.max() == pytest.approx(32256 / 32768)
    assert ALAW[SILENCE] == pytest.approx(8 / 32768)


def test_a_prompt_is_known_by_its_bytes() -> None:
    welcome, goodbye = speech(1), speech(2)
    ear = an_ear(welcome=welcome, goodbye=goodbye)

    assert listen(ear, welcome + QUIET * 60 + goodbye) == ["welcome", "goodbye"]


def test_a_prompt_is_told_while_it_still_plays() -> None:
    told: list[Heard] = []
    ear = Ear(PromptBook({"welcome": speech(1)}), on_heard=told.append)

    listen(ear, speech(1)[: 6 * FRAME])

    assert [item.what for item in told] == ["welcome"]


def test_times_are_seconds_since_the_ear_began_to_listen() -> None:
    ear = an_ear(welcome=speech(1))

    listen(ear, QUIET * 100 + speech(1))

    [item] = ear.times("welcome")
    assert item.at == pytest.approx(2.1, abs=0.05)
    assert item.until == pytest.approx(3.0, abs=0.05)
    assert ear.seconds("welcome") == pytest.approx(0.9, abs=0.1)


def test_a_pause_within_a_prompt_is_part_of_it() -> None:
    ear = an_ear(welcome=speech(1) + speech(2))

    assert listen(ear, speech(1) + QUIET * int(50 * (PAUSE_WITHIN - 0.5)) + speech(2)) == [
        "welcome"
    ]


def test_the_same_prompt_after_a_long_silence_was_heard_twice() -> None:
    ear = an_ear(welcome=speech(1))

    heard = listen(ear, speech(1) + QUIET * int(50 * (PAUSE_WITHIN + 0.5)) + speech(1))

    assert heard == ["welcome", "welcome"]


def test_the_same_prompt_after_another_was_heard_twice() -> None:
    ear = an_ear(welcome=speech(1), menu=speech(2, seconds=PAUSE_BESIDE + 0.5))

    heard = listen(ear, speech(1) + speech(2, seconds=PAUSE_BESIDE + 0.5) + speech(1))

    assert heard == ["welcome", "menu", "welcome"]


def test_a_prompt_with_a_few_packets_lost_is_still_one_prompt() -> None:
    audio = speech(1, seconds=2.0)
    ear = an_ear(welcome=audio)

    kept = [frame for number, frame in enumerate(frames(audio)) if number % 7]

    assert listen(ear, b"".join(kept)) == ["welcome"]


def test_four_frames_are_not_enough_to_be_sure() -> None:
    assert listen(an_ear(welcome=speech(1)), speech(1)[: 4 * FRAME] + QUIET * 20) == []


def test_what_two_prompts_have_in_common_tells_neither() -> None:
    common = speech(3)
    ear = an_ear(one=common + speech(1), other=common + speech(2))

    assert listen(ear, common) == []
    assert listen(ear, speech(2)) == ["other"]


def test_silence_and_unknown_sounds_are_nothing() -> None:
    assert listen(an_ear(welcome=speech(1)), QUIET * 50 + speech(9)) == []


@pytest.mark.parametrize("hz", TONES)
def test_a_tone_is_heard_as_itself_alone(hz: int) -> None:
    assert listen(an_ear(), tone(hz)) == [f"tone {hz}"]


@pytest.mark.parametrize("hz", [440, 1000])
def test_a_tone_is_heard_beside_some_noise(hz: int) -> None:
    clean = ALAW[np.frombuffer(tone(hz, dbfs=-15), np.uint8)]
    noise = np.random.default_rng(5).normal(0, 0.02, len(clean))

    assert listen(an_ear(), alaw((clean + noise).astype(np.float32))) == [f"tone {hz}"]


def test_a_tone_too_quiet_to_matter_is_not_heard() -> None:
    assert listen(an_ear(), tone(440, dbfs=-36)) == []


def test_a_moment_of_a_tone_is_a_vowel() -> None:
    assert listen(an_ear(), tone(440)[: 10 * FRAME] + QUIET * 20) == []


def test_a_sound_between_the_tones_is_none_of_them() -> None:
    assert tones_in(tone(680)[: 5 * FRAME]) == []


def test_silence_has_no_tones() -> None:
    assert tones_in(QUIET * 5) == []


def test_a_book_is_read_from_the_generated_sounds(tmp_path: Path) -> None:
    sounds = {
        "zh/welcome.alaw": speech(1),
        "en/welcome.alaw": speech(2),
        "moh/default/one.alaw": speech(3),
        "moh/default/two.alaw": speech(4),
    }
    for name, audio in sounds.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(audio)
    ear = Ear(PromptBook.read(tmp_path))

    heard = listen(ear, b"".join(audio + QUIET * 60 for audio in sounds.values()))

    assert heard == ["zh/welcome", "en/welcome", "music"]
