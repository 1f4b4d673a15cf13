from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest

from ari_app.domain.recording import (
    FULL_BYTES,
    HeardSide,
    Reason,
    RecordingState,
    Side,
    Space,
    Verdict,
    archive_path,
    call_of,
    judge,
    judge_space,
    mono_name,
)

CALL = UUID("6f0c1a52-7d0b-4f6e-9a53-3f1f0c8f2b11")
S, R = RecordingState, Reason
LOST, EMPTY = HeardSide(0, R.NO_FILE), HeardSide(0, R.EMPTY)


def heard(seconds: float, flaw: Reason | None = None) -> HeardSide:
    return HeardSide(seconds, flaw)


@pytest.mark.parametrize(
    ("call", "caller", "agent", "state", "reasons"),
    [
        (60, heard(60), heard(60), S.FINALISED, ()),
        (60, heard(59.2), heard(59.4), S.FINALISED, ()),
        (28800, heard(28775), heard(28775), S.FINALISED, ()),
        (60, heard(61), heard(61), S.FINALISED, ()),
        (60, heard(58), heard(58), S.SHORT, (R.SHORTER_THAN_CALL,)),
        (60, heard(60), heard(50), S.SHORT, (R.SIDES_DIFFER,)),
        (60, heard(59.5, R.HEADER_REPAIRED), heard(59.5), S.FINALISED, (R.HEADER_REPAIRED,)),
        (60, heard(58, R.HEADER_REPAIRED), heard(58), S.SHORT, (R.TRUNCATED, R.HEADER_REPAIRED)),
        (60, LOST, heard(60), S.DAMAGED, (R.ONE_SIDE_LOST, R.NO_FILE)),
        (60, heard(60), heard(0, R.UNREADABLE), S.DAMAGED, (R.ONE_SIDE_LOST, R.UNREADABLE)),
        (60, LOST, LOST, S.MISSING, (R.NO_FILE,)),
        (60, EMPTY, EMPTY, S.MISSING, (R.EMPTY,)),
        (60, heard(0, R.UNREADABLE), LOST, S.DAMAGED, (R.UNREADABLE, R.NO_FILE)),
        (0.3, LOST, LOST, S.MISSING, (R.TOO_BRIEF, R.NO_FILE)),
    ],
)
def test_a_recording_is_judged_by_what_can_be_heard(
    call: float, caller: HeardSide, agent: HeardSide, state: RecordingState, reasons: object
) -> None:
    assert judge(call, caller, agent) == Verdict(state, reasons)  # type: ignore[arg-type]


def test_a_full_disk_is_named_as_the_cause_of_what_is_lacking() -> None:
    assert judge(60, heard(20), heard(20), disk_was_full=True).reason is R.DISK_FULL
    assert judge(60, EMPTY, EMPTY, disk_was_full=True).reason is R.DISK_FULL


def test_a_full_disk_that_cost_nothing_is_not_a_flaw() -> None:
    assert judge(60, heard(60), heard(60), disk_was_full=True) == Verdict(S.FINALISED)


def test_a_silenced_part_is_noted_and_harms_nothing() -> None:
    verdict = judge(60, heard(60), heard(60), was_muted=True)

    assert verdict == Verdict(S.FINALISED, (R.MUTED_GAP,))


@pytest.mark.parametrize(
    ("free", "total", "space"),
    [
        (500, 1000, Space.OK),
        (149, 1000, Space.LOW),
        (49, 1000, Space.CRITICAL),
        (0, 1000, Space.FULL),
    ],
)
def test_free_space_has_levels(free: int, total: int, space: Space) -> None:
    assert judge_space(free * FULL_BYTES, total * FULL_BYTES) is space


def test_a_file_system_without_size_counts_as_full() -> None:
    assert judge_space(0, 0) is Space.FULL


@pytest.mark.parametrize("side", Side)
def test_a_mono_file_names_its_call(side: Side) -> None:
    assert call_of(mono_name(CALL, side)) == CALL


@pytest.mark.parametrize(
    "name",
    [
        "",
        "in.wav",
        f"{CALL}.wav",
        f"{CALL}-in.wav\n",
        f"{CALL}-mix.wav",
        f"../{CALL}-in.wav",
        f"{CALL}-in.wav/..",
        f"{str(CALL).upper()}-in.wav",
    ],
)
def test_any_other_name_is_not_ours(name: str) -> None:
    assert call_of(name) is None


def test_the_archive_is_kept_by_the_day_in_utc() -> None:
    beijing = timezone(timedelta(hours=8))

    path = archive_path(CALL, datetime(2026, 3, 1, 7, 59, tzinfo=beijing))

    assert str(path) == f"2026/02/28/{CALL}.wav"
