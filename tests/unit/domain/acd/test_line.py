from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ari_app.domain.acd import line as line_module
from ari_app.domain.acd.line import Line

from .depth import EXAMPLES

Entry = tuple[float, int]
keys = st.integers(0, 50)


@given(st.lists(st.tuples(st.booleans(), keys), max_size=120))
@EXAMPLES
def test_a_line_is_a_sorted_list_with_the_same_head_size_and_ranks(
    steps: list[tuple[bool, int]],
) -> None:
    line, plain = Line[Entry](), list[Entry]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_module, "LONGEST_CHUNK", 4)
        for number, (joins, key) in enumerate(steps):
            if joins or not plain:
                line.add((key, number))
                plain.append((key, number))
                plain.sort()
            else:
                line.remove(plain.pop(key % len(plain)))

            assert list(line) == plain
            assert (line.head, line.size) == (plain[0] if plain else None, len(plain))
            assert [line.before((k,)) for k in (0, 25, 51)] == [
                sum(entry < (k,) for entry in plain) for k in (0, 25, 51)
            ]


def test_ten_thousand_who_join_at_the_tail_leave_in_order() -> None:
    line = Line[Entry]()
    for number in range(10_000):
        line.add((number // 3, number))

    left = []
    while line.head is not None:
        left.append(line.head)
        line.remove(line.head)

    assert len(left) == 10_000
    assert all(one < other for one, other in pairwise(left))


@pytest.mark.parametrize("present", [[], [(1.0, 1)], [(1.0, 1), (3.0, 3)]])
def test_leaving_a_line_one_is_not_in_is_refused(present: list[Entry]) -> None:
    line = Line[Entry]()
    for entry in present:
        line.add(entry)

    with pytest.raises(KeyError):
        line.remove((2.0, 2))

    assert list(line) == present
