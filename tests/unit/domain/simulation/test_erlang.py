"""Erlang's formulas against published and limiting values."""

import math

import pytest

from ari_app.domain.simulation.erlang import blocked, with_abandons, without_abandons


@pytest.mark.parametrize(
    ("agents", "load", "share"), [(1, 1.0, 0.5), (10, 8.0, 0.12166), (30, 20.34, 0.01)]
)
def test_erlang_b_gives_the_published_blocking(agents: int, load: float, share: float) -> None:
    assert blocked(agents, load) == pytest.approx(share, rel=0.01)


def test_erlang_c_gives_the_textbook_example() -> None:
    # 10 erlangs, 14 agents, 180 s of handling: 17.4 % wait, 88.9 % within 20 s.
    found = without_abandons(14, 10.0, 180.0, 20.0)

    assert found.delayed == pytest.approx(0.1741, abs=0.0005)
    assert found.wait == pytest.approx(7.83, abs=0.05)
    assert found.within == pytest.approx(0.888, abs=0.001)


def test_an_overloaded_group_without_abandons_never_catches_up() -> None:
    assert without_abandons(10, 10.0, 180.0, 20.0).wait == math.inf


def test_erlang_a_becomes_erlang_c_for_the_patient_and_b_for_the_impatient() -> None:
    patient = with_abandons(14, 10.0, 180.0, 1e9)
    waiting = without_abandons(14, 10.0, 180.0, 20.0)
    assert (patient.delayed, patient.wait) == pytest.approx((waiting.delayed, waiting.wait), 1e-4)
    assert patient.abandoned == pytest.approx(0, abs=1e-6)

    impatient = with_abandons(10, 8.0, 180.0, 1e-6)
    assert impatient.abandoned == pytest.approx(blocked(10, 8.0), rel=1e-4)


def test_what_abandons_and_what_is_served_makes_all_that_came() -> None:
    found = with_abandons(20, 30.0, 200.0, 120.0)

    # Every agent is busy nearly always: 20 of 30 erlangs are served.
    assert found.abandoned == pytest.approx(1 / 3, abs=0.01)
    assert found.wait == pytest.approx(found.abandoned * 120.0)


def test_no_load_no_wait() -> None:
    assert with_abandons(3, 0.0, 180.0, 60.0).wait == 0


def test_thousands_of_agents_are_no_trouble() -> None:
    assert 0 < with_abandons(5000, 5000.0, 200.0, 100.0).abandoned < 0.05
