import pytest

from ari_app.domain.facts import EndReason
from ari_app.domain.hangup import caller_gone, cause_told


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


@pytest.mark.parametrize(
    ("cause", "soft", "answered", "told"),
    [
        (16, None, False, 16),
        (44, None, True, 44),
        (None, None, True, 16),  # a BYE without a reason
        (None, None, False, None),
        (32, True, True, None),  # a flag of Asterisk's
        (None, False, True, 16),
    ],
)
def test_a_request_to_hang_up_tells_a_cause_or_none(
    cause: int | None, soft: bool | None, answered: bool, told: int | None
) -> None:
    assert cause_told(cause, soft=soft, answered=answered) == told
