import pytest

from ari_app.store import fact_writer, journal

MONTH_OF_ATTEMPTS = 2_000_000


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.05), (2, 0.1), (3, 0.2), (7, 2.0)])
def test_each_failure_in_a_row_doubles_the_pause_up_to_two_seconds(
    failures: int, seconds: float
) -> None:
    assert journal.pause_after(failures) == seconds


def test_an_outage_may_last_a_month() -> None:
    assert journal.pause_after(MONTH_OF_ATTEMPTS) == journal.LONGEST_PAUSE
    assert fact_writer.patience(MONTH_OF_ATTEMPTS) == fact_writer.MOST_PATIENCE


@pytest.mark.parametrize(("failures", "times"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 8)])
def test_each_failure_in_a_row_doubles_the_deadline_up_to_eight_times(
    failures: int, times: float
) -> None:
    assert fact_writer.patience(failures) == times
