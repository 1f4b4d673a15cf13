"""What playbacks of a call are called, and those of the engine's earlier lives."""

import pytest

from ari_app.ari.playbacks import EARLIER_LIVES, TURN, Playbacks


def names(life: int) -> list[str]:
    playbacks = Playbacks(life)
    return [playbacks.name("in-1") for _ in range(TURN)]


def test_names_come_in_turn() -> None:
    playbacks = Playbacks(3)

    first = [playbacks.name("in-1") for _ in range(TURN)]

    assert len(set(first)) == TURN
    assert [playbacks.name("in-1") for _ in range(TURN)] == first


@pytest.mark.parametrize("life", [0, 1, 2, 7])
def test_a_life_knows_all_names_of_those_right_before_it(life: int) -> None:
    before = range(life)[-EARLIER_LIVES:]

    earlier = list(Playbacks(life).earlier("in-1"))

    assert sorted(earlier) == sorted(name for one in before for name in names(one))
    assert not {*earlier} & {*names(life)}
