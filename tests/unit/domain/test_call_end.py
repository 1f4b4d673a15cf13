"""What may stand in a call's last variables."""

from datetime import UTC, datetime, timedelta

import pytest

from ari_app.domain.call_end import EndedCall, read_arrival, read_ended_call

NOW = datetime(2026, 3, 1, 8, 1, tzinfo=UTC)
LEAST = {"CC_CALL": "0b0e4d3e-7a51-4f0e-9d5c-0a6f2a8d7c11", "CC_ARRIVED": "1772352000.123"}


def read(**values: str) -> tuple[EndedCall | None, tuple[str, ...]]:
    return read_ended_call(LEAST | values, now=NOW)


def test_arrival_is_exact_to_the_millisecond() -> None:
    for millis in range(1000):
        assert read_arrival(f"1772352000.{millis:03}") == datetime(
            2026, 3, 1, 8, tzinfo=UTC
        ) + timedelta(milliseconds=millis)


@pytest.mark.parametrize("text", ["", "now", "1772352000", "1772352000.1", "-1.000", "1e9.000"])
def test_any_other_arrival_is_none(text: str) -> None:
    assert read_arrival(text) is None


def test_an_id_and_a_time_are_enough() -> None:
    ended, wrong = read()

    assert wrong == ()
    assert ended is not None
    assert (ended.caller, ended.timeslot, ended.hangup_cause, ended.outcome) == ("", None, None, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CC_CALL", ""),
        ("CC_CALL", "{0b0e4d3e-7a51-4f0e-9d5c-0a6f2a8d7c11}"),
        ("CC_CALL", "0b0e4d3e7a514f0e9d5c0a6f2a8d7c11"),
        ("CC_ARRIVED", "1772352200.000"),
        ("CC_ARRIVED", "1672352000.000"),
    ],
)
def test_without_a_key_there_is_no_record(name: str, value: str) -> None:
    assert read(**{name: value}) == (None, (name,))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HANGUPCAUSE", "128"),
        ("HANGUPCAUSE", "-1"),
        ("CC_TIMESLOT", "0"),
        ("CC_TIMESLOT", "١"),
        ("CC_CALLER", "+86 138"),
        ("CC_DIALLED", "4001;x"),
        ("CC_TRUNK", "../trunk"),
        ("CC_FLOW", "Robert'); --"),
        ("CC_FALLBACK", "gate\n"),
        ("CC_OUTCOME", "abandoned"),
    ],
)
def test_a_wrong_value_is_left_out_and_named(name: str, value: str) -> None:
    assert read(**{name: value}) == (read()[0], (name,))


def test_a_clock_that_stepped_back_ends_no_call_before_it_began() -> None:
    ended, _ = read_ended_call(LEAST, now=NOW - timedelta(minutes=1, seconds=30))

    assert ended is not None
    assert ended.ended_at == ended.arrived_at
