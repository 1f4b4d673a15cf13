from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ari_app.commands import timeline
from ari_app.commands.calls import calls_picture
from tests.unit.commands.samples import ARRIVED, moment, summary, terminal

WHY = {
    "contact": "c1", "agent": "1001", "queue": "orders", "at": 10.0, "waited": 2.0,
    "cause": "contact_arrived", "rule": "longest_idle", "step": 0, "eligible": 1, "heads": 1,
    "considered": [{"id": "1001", "value": 8.0, "seconds": 8.0}], "skipped": [], "held": 0,
    "requires": {"orders": 3}, "preferred_met": 0, "wish": None, "score": 2.0, "idle": 8.0,
}  # fmt: skip


def test_each_entry_has_its_seconds_since_the_arrival() -> None:
    moments = [moment(0.1, "arrived"), moment(7.5, "key_pressed", key="1")]

    entries = timeline.entries(summary(), moments)

    assert [entry["seconds"] for entry in entries] == [0.1, 7.5]
    assert entries[1]["detail"] == {"key": "1"}
    assert entries[0]["at"] == ARRIVED + timedelta(seconds=0.1)


def test_a_routing_decision_is_told_in_sentences() -> None:
    said = timeline.told({"why": WHY}, "en")

    assert said.startswith("Call c1 in queue orders went to agent 1001 after 2 s")
    assert "排队" in timeline.told({"why": WHY}, "zh") or "队列" in timeline.told(
        {"why": WHY}, "zh"
    )


def test_a_queue_that_sent_the_caller_on_says_why() -> None:
    to = {"kind": "mailbox", "name": "hotline"}
    why = {"to": to, "by": "wait", "value": 61.2, "limit": 60.0, "passed_over": ["support"]}
    left = {"queue": "orders", "result": "flowed_out", "sent_on": why}

    assert timeline.told(left, "en").splitlines() == [
        "Waited 61.2 s in queue orders, the limit is 60 s: sent on to mailbox hotline.",
        "Passed over queue support: closed, or nobody at work.",
    ]
    assert timeline.told(left | {"sent_on": {"to": to}}, "zh") == (
        "队列 orders 到了下班时间,转到语音信箱 hotline。"
    )
    assert timeline.told(left | {"sent_on": {"over": 9}}, "en") == "over=9"


def test_a_decision_nobody_can_read_is_shown_as_it_is() -> None:
    assert timeline.told({"why": {"agent": "1001"}}, "en") == "agent=1001"


def test_the_story_begins_with_what_the_call_came_to(drawn: Callable[[Any], str]) -> None:
    text = drawn(timeline.picture(summary(), [moment(7.5, "key_pressed", key="1")], terminal()))

    assert "talked (caller_hung_up)" in text
    assert "7.50" in text
    assert "key=1" in text


def test_a_live_call_says_so_and_numbers_are_shown_whole(drawn: Callable[[Any], str]) -> None:
    live = summary(ended_at=None, outcome=None, end_reason=None, talk_seconds=None)

    text = drawn(calls_picture([live], terminal("zh")))

    assert "进行中" in text
    assert "13900000001" in text


def test_an_empty_list_of_calls_says_so(drawn: Callable[[Any], str]) -> None:
    assert drawn(calls_picture([], terminal())).strip() == "Nothing to show."
