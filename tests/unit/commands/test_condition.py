from collections.abc import Callable
from pathlib import Path
from typing import Any

from ari_app.commands.condition import Condition, disk, gate_age, per_state
from ari_app.commands.picture import condition_picture
from ari_app.site.status import Part
from tests.unit.commands.samples import PORTS, terminal

GLOBALS = "   CC_ALIVE=1700000000\n   NODE=node1\n"


def condition(tmp_path: Path, **changed: Any) -> Condition:
    fields: dict[str, Any] = {
        "ok": True,
        "site": "/a/site",
        "node": "node1",
        "parts": [Part("Redis", ok=True, reason="port 1")],
        "versions": {"hotline": "1"},
        "ports": PORTS,
        "gate_age_seconds": 0.4,
        "live_calls": 3,
        "journal": {"pending": 1, "spooled": 2},
        "recordings_waiting": 0,
        "disk": disk(tmp_path),
        "agents": {"ready": 2},
    }
    return Condition(**{**fields, **changed})


def test_the_gate_is_as_old_as_the_last_sign_of_life() -> None:
    assert gate_age(GLOBALS, 1_700_000_002.5) == 2.5
    assert gate_age("NODE=node1", 0.0) is None


def test_agents_are_counted_per_state() -> None:
    assert per_state({"1": "ready", "2": "logged_out", "3": "ready"}) == {
        "ready": 2,
        "logged_out": 1,
    }


def test_the_picture_has_parts_and_figures(tmp_path: Path, drawn: Callable[[Any], str]) -> None:
    text = drawn(condition_picture(condition(tmp_path), terminal()))

    for shown in ("Redis", "sip 10001", "0.4 s", "ready 2", "spooled 2", "all green"):
        assert shown in text


def test_a_part_that_is_not_well_says_why(tmp_path: Path, drawn: Callable[[Any], str]) -> None:
    sick = condition(
        tmp_path,
        ok=False,
        parts=[Part("ari_app", ok=False, reason="is not running")],
        live_calls=None,
        journal=None,
        gate_age_seconds=None,
        agents={},
    )

    text = drawn(condition_picture(sick, terminal()))

    assert "BAD" in text
    assert "is not running" in text
    assert "not all green" in text
