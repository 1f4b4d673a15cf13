"""Agents, queues and recordings as lines."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from ari_app.commands import show
from ari_app.commands.agents import _state, agent_line
from ari_app.commands.queues import queue_line
from ari_app.commands.recordings import recordings_picture
from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.agent import AgentState, NextState, Reason
from ari_app.domain.pauses import PauseReason, Pauses
from ari_app.domain.skill import SkillProfile
from ari_app.domain.staff import Presence, QueueConfig, StaffMember
from ari_app.store.recordings import FoundRecording
from ari_app.store.waiting import Promises, Waiting
from tests.unit.commands.samples import ARRIVED, CALL_ID, terminal

LUNCH = Pauses([PauseReason(Reason.LUNCH, "用餐", "Lunch", "2", 3600, is_work=False)])


def member(presence: Presence | None) -> StaffMember:
    return StaffMember(1001, "王芳", "p1001", "zh", 10, SkillProfile.of({"orders": 7}), presence)


def test_an_agent_shows_state_reason_and_skills() -> None:
    line = agent_line(member(Presence(AgentState.PAUSED, ARRIVED, "lunch", None, None, 3)), ARRIVED)

    assert (line.state, line.reason, line.skills) == ("paused", "lunch", {"orders": 7})


def test_a_pause_past_its_limit_says_by_how_much() -> None:
    presence = Presence(AgentState.PAUSED, ARRIVED, "lunch", ARRIVED, None, 3)

    line = agent_line(member(presence), ARRIVED + timedelta(seconds=200))

    assert line.overdue_seconds == 200
    assert _state(line, LUNCH, terminal()) == "paused (Lunch), over by 3:20"
    assert _state(line, LUNCH, terminal("zh")) == "示忙 (用餐), 超时 3:20"


def test_what_comes_after_the_call_is_shown_with_it() -> None:
    wish = NextState(AgentState.PAUSED, Reason.LUNCH)
    presence = Presence(AgentState.TALKING, ARRIVED, "accepted", None, CALL_ID, 3, wish)

    line = agent_line(member(presence), ARRIVED)

    assert (line.next_state, line.next_reason) == ("paused", "lunch")
    assert _state(line, LUNCH, terminal()) == "talking (accepted), then paused (Lunch)"


def test_an_agent_who_was_never_here_is_logged_out() -> None:
    line = agent_line(member(None), ARRIVED)

    assert (line.state, line.since) == ("logged_out", None)


def test_a_queue_counts_who_could_serve_it_who_is_ready_and_who_waits() -> None:
    config = QueueConfig(CALL_ID, QueueRules(id="orders", requires={"orders": 3}), 15, 600, 30)
    staff = [
        ({"orders": 3}, "ready"),
        ({"orders": 9}, "paused"),
        ({"orders": 2}, "ready"),
        ({}, ""),
    ]

    line = queue_line(config, Waiting(2, ARRIVED), None, staff, ARRIVED + timedelta(seconds=40))

    assert (line.able, line.ready, line.waiting, line.longest_wait) == (2, 1, 2, 40.0)


def test_a_queue_shows_how_often_its_callers_were_told_the_truth() -> None:
    config = QueueConfig(CALL_ID, QueueRules(id="orders"), 15, 600, 30)

    line = queue_line(config, None, Promises(50, 82.0), [], ARRIVED)

    assert (line.promised, line.kept_percent) == (50, 82.0)
    assert show.share(line.kept_percent, line.promised) == "82 % (50)"


def test_an_empty_queue_has_no_longest_wait() -> None:
    config = QueueConfig(CALL_ID, QueueRules(id="orders"), 15, 600, 30)

    assert queue_line(config, None, None, [], ARRIVED).longest_wait is None


def test_a_recording_shows_its_file_and_why_it_is_not_whole(drawn: Callable[[Any], str]) -> None:
    found = FoundRecording(
        CALL_ID, ARRIVED, "139", "95001", "world", None, [1001], ["orders"],
        "short", ["disk_full"], "2026/03/01/a.wav", "00", 1, 12.3,
    )  # fmt: skip

    text = drawn(recordings_picture([found], Path("/archive"), terminal()))

    assert "/archive/2026/03/01/a.wav" in text
    assert "short, disk_full" in text
