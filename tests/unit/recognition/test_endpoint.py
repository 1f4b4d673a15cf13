import numpy as np
import pytest

from ari_app.recognition.endpoint import FRAME_BYTES, LONGEST, Edge, Endpointer

RNG = np.random.default_rng(1)


def noise(seconds: float, dbfs: float) -> bytes:
    samples = RNG.normal(0, 32_768 * 10 ** (dbfs / 20), round(seconds * 8_000))
    return np.clip(samples, -32_768, 32_767).astype(np.int16).tobytes()


def edges(audio: bytes, ends: Endpointer) -> list[tuple[float, Edge]]:
    """When something happened, in seconds."""
    starts = range(0, len(audio) - FRAME_BYTES + 1, FRAME_BYTES)
    found = ((at, ends.feed(audio[at : at + FRAME_BYTES])) for at in starts)
    return [(at / 16_000, edge) for at, edge in found if edge is not None]


def test_a_word_begins_ends_and_is_taken_with_what_came_right_before() -> None:
    ends = Endpointer()

    (began, one), (ended, other) = edges(noise(1, -65) + noise(0.6, -20) + noise(1.5, -65), ends)

    assert (one, other) == (Edge.BEGAN, Edge.ENDED)
    assert 1.0 < began < 1.2
    assert 2.1 < ended < 2.3
    assert 1.3 < len(ends.taken) / 16_000 < 1.6


@pytest.mark.parametrize("audio", [noise(5, -65), bytes(80_000), noise(0.04, -10) + bytes(80_000)])
def test_noise_silence_and_clicks_begin_nothing(audio: bytes) -> None:
    assert edges(audio, Endpointer()) == []


def test_a_loud_line_is_learnt() -> None:
    found = edges(noise(3, -50) + noise(3, -46), Endpointer())

    assert found == []


def test_who_talks_on_is_cut_off() -> None:
    ends = Endpointer()

    assert [edge for _, edge in edges(noise(9, -20), ends)][:2] == [Edge.BEGAN, Edge.ENDED]
    assert len(ends.taken) == LONGEST * FRAME_BYTES


def test_one_answer_after_the_other_is_heard() -> None:
    word = noise(0.6, -20) + noise(1, -65)

    assert len(edges(noise(1, -65) + word * 3, Endpointer())) == 6


def test_an_empty_frame_is_silence() -> None:
    assert Endpointer().feed(b"") is None
