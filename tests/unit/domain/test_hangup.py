import pytest

from ari_app.domain.facts import EndReason
from ari_app.domain.hangup import caller_gone


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (None, EndReason.CALLER_HUNG_UP),
        (16, EndReason.CALLER_HUNG_UP),
        (38, EndReason.TRUNK_LOST),
        (44, EndReason.NO_AUDIO),
    ],
)
def test_a_broken_line_is_told_from_a_caller_who_hangs_up(
    cause: int | None, reason: EndReason
) -> None:
    assert caller_gone(cause) is reason
