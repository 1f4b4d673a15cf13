"""Named moments: each is somewhere, and nothing happens there unless a test wants it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ari_app import breakpoints

PRODUCT = Path(__file__).parents[2] / "ari_app"
AT = re.compile(r"breakpoints\.at\(\"([a-z_.]+)\"\)")


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    breakpoints.disarm()


def test_each_point_is_in_one_place() -> None:
    places = Counter(
        point for path in PRODUCT.rglob("*.py") for point in AT.findall(path.read_text())
    )

    assert places == dict.fromkeys(breakpoints.POINTS, 1)


def test_a_point_that_nobody_armed_does_nothing() -> None:
    for point in breakpoints.POINTS:
        breakpoints.at(point)


def test_an_armed_point_acts_each_time_and_no_other_does() -> None:
    acted: list[str] = []
    breakpoints.arm("call.ended", lambda: acted.append("ended"))

    for point in ("call.met", "call.ended", "call.ended"):
        breakpoints.at(point)

    assert acted == ["ended", "ended"]


def test_a_point_that_is_nowhere_cannot_be_armed() -> None:
    with pytest.raises(KeyError):
        breakpoints.arm("call.forgotten", list)


def test_the_product_arms_nothing() -> None:
    arming = [path for path in PRODUCT.rglob("*.py") if "breakpoints.arm" in path.read_text()]

    assert arming == []
