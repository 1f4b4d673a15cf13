from datetime import UTC, datetime, timedelta

import pytest

from ari_app.domain.pin import (
    KEY_BYTES,
    NOBODYS,
    SALT_BYTES,
    Tries,
    hashed,
    is_right,
    objection,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
CHEAP = 4
MINUTES = [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 60, 60)]


@pytest.mark.parametrize("pin", ["4839", "004711", "902715483920"])
def test_four_to_twelve_digits_are_a_pin(pin: str) -> None:
    assert objection(pin) == ""


@pytest.mark.parametrize(
    "pin", ["", "483", "4839201746123", "48a9", "48 39", "四八三九", "４８３９"]
)
def test_anything_else_is_not(pin: str) -> None:
    assert objection(pin) == "a PIN is 4 to 12 digits"


@pytest.mark.parametrize("pin", ["0000", "1234", "987654", "77777777"])
def test_a_row_of_digits_is_refused(pin: str) -> None:
    assert "first that others try" in objection(pin)


def test_the_right_pin_is_told_from_the_others() -> None:
    kept = hashed("4839", b"salt", CHEAP)

    assert is_right("4839", kept)
    assert not is_right("4838", kept)
    assert not is_right("", kept)


def test_equal_pins_of_two_agents_look_different_and_neither_shows() -> None:
    one, other = hashed("4839", b"one", CHEAP), hashed("4839", b"other", CHEAP)

    assert one != other
    assert "4839" not in one


@pytest.mark.parametrize(
    "kept", ["", "4839", "md5$x", "scrypt$4$zz$00", "scrypt$x$00$00", "scrypt$-1$00$00"]
)
def test_what_is_not_a_hash_fits_no_pin(kept: str) -> None:
    assert not is_right("4839", kept)


def test_a_cost_that_nobody_could_wait_for_is_not_paid() -> None:
    kept = hashed("4839", b"salt", CHEAP).replace("scrypt$4$", "scrypt$60$")

    assert not is_right("4839", kept)


def test_the_third_try_in_a_row_locks_and_the_first_two_do_not() -> None:
    first = Tries().taken(NOW)
    second = first.taken(NOW)
    third = second.taken(NOW)

    assert [tries.lock_left(NOW) for tries in (first, second, third)] == [
        timedelta(), timedelta(), MINUTES[0],
    ]  # fmt: skip


def test_each_lock_lasts_twice_as_long_up_to_an_hour() -> None:
    tries, now, locks = Tries(), NOW, []

    for _ in MINUTES:
        for _ in range(3):
            tries = tries.taken(now)
        locks.append(tries.lock_left(now))
        now += tries.lock_left(now)

    assert locks == MINUTES


def test_when_the_lock_is_over_there_are_three_tries_again() -> None:
    tries = Tries(wrong=0, locks=1, locked_until=NOW)

    assert tries.lock_left(NOW) == timedelta()
    assert tries.taken(NOW).taken(NOW).lock_left(NOW) == timedelta()


def test_nobodys_hash_has_the_form_of_any_and_fits_no_pin() -> None:
    scheme, cost, salt, key = NOBODYS.split("$")

    assert [scheme, cost] == hashed("2580", b"0" * SALT_BYTES).split("$")[:2]
    assert (len(salt), len(key)) == (2 * SALT_BYTES, 2 * KEY_BYTES)
    assert not is_right("2580", NOBODYS)
