"""How PostgreSQL is treated that has failed us so often in a row: days of failures, too."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between attempts to connect
MOST_PATIENCE = 8.0  # times the deadline: just short of STRANDED_SECONDS for a single fact


def pause_after(failures: int) -> float:
    """Seconds before the next attempt."""
    return float(min(SHORTEST_PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE))


def patience(failures: int) -> float:
    """Times the deadline. An outage may last for days: the power must not grow with it."""
    return float(min(2.0 ** min(failures, 10), MOST_PATIENCE))
