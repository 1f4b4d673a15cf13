import json

import pytest

from ari_app.domain.variables import ALL_TOGETHER, LONGEST, MOST, Variables, filled, named_in


def test_a_variable_that_was_never_set_is_empty() -> None:
    assert Variables()["number"] == ""


def test_what_is_set_is_text() -> None:
    known = Variables()

    assert known.set("balance", 12.5)
    assert known["balance"] == "12.5"


@pytest.mark.parametrize("name", ["", "A", "1st", "call.caller", "a" * 33, "a-b", "号码"])
def test_odd_names_are_refused(name: str) -> None:
    assert not Variables().set(name, "x")


def test_hostile_values_are_cut_and_cleaned() -> None:
    known = Variables()

    known.set("odd", "a\x00b\n\udcff" + "x" * 1000)

    assert known["odd"] == "ab" + "x" * (LONGEST - 2)
    json.dumps(known.saved()).encode()


def test_there_is_room_for_so_many_and_for_so_much() -> None:
    known = Variables()

    assert all(known.set(f"v{number}", "x") for number in range(MOST))
    assert not known.set("more", "x")
    assert known.set("v0", "y")  # an old one may change
    full = [known.set(f"v{number}", "x" * LONGEST) for number in range(MOST)]
    assert sum(full) * LONGEST <= ALL_TOGETHER
    assert not all(full)


def test_secrets_are_known_and_not_saved() -> None:
    known = Variables()
    known.set("pin", "1234", secret=True)
    known.set("number", "7")

    assert known["pin"] == "1234"
    assert known.saved() == {"number": "7"}
    assert "1234" not in repr(known)


def test_what_was_saved_is_known_again() -> None:
    known = Variables()

    known.remember({"number": "7", "BAD NAME": "x"})

    assert known.saved() == {"number": "7"}


def test_a_text_is_filled_with_values_and_values_are_not_filled_again() -> None:
    known = Variables()
    known.set("number", "{pin}")

    assert filled("no. {number}{unknown}!", known.__getitem__) == "no. {pin}!"
    assert list(named_in("{a} and {b.c}")) == ["a", "b.c"]
