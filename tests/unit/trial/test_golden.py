from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ari_app.commands.flow.books import file_book
from ari_app.commands.flow.golden import run_all
from ari_app.commands.flow.ground import golden_folder, sample_ground
from ari_app.domain.errors import BadSettings
from ari_app.trial.golden import GoldenCall, differences, read_golden, situation_of
from ari_app.trial.run import Trial
from ari_app.trial.situation import Agents, Situation
from ari_app.trial.track import End, Step

NOON = datetime(2026, 12, 2, 12, tzinfo=UTC)
TEXTS: Mapping[str, Mapping[str, str]] = {"zh": {"welcome": "您好。", "main-menu": "请按1。"}}
TRIAL = Trial(
    "hotline",
    [
        Step("hotline", "welcome", [("zh", "welcome")], "", "next"),
        Step("hotline", "menu", [("zh", "main-menu")], "1", "1"),
        Step("hotline", "orders"),
    ],
    End("queue", "orders"),
)


def what_differs(**expected: object) -> list[str]:
    call = GoldenCall(name="x", **expected)  # type: ignore[arg-type]
    return [one.what for one in differences(call, TRIAL, TEXTS)]


@pytest.mark.parametrize(
    "expected",
    [
        {"path": ("welcome", "menu", "orders")},
        {"through": ("welcome", "orders")},
        {"end": "queue orders"},
        {"heard": ("welcome", "您好。请按1。")},
        {"not_heard": ("goodbye", "再见")},
    ],
)
def test_what_comes_as_expected_passes(expected: dict[str, object]) -> None:
    assert what_differs(**expected) == []


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        ({"path": ("welcome", "orders")}, "path"),
        ({"through": ("orders", "menu")}, "through"),
        ({"end": "mailbox hotline"}, "end"),
        ({"heard": ("再见",)}, "heard"),
        ({"not_heard": ("main-menu",)}, "not heard"),
    ],
)
def test_what_comes_otherwise_is_told(expected: dict[str, object], what: str) -> None:
    assert what_differs(**expected) == [what]


def test_a_difference_shows_what_was_expected_and_what_was_seen() -> None:
    call = GoldenCall(name="x", end="mailbox hotline")

    (difference,) = differences(call, TRIAL, TEXTS)

    assert (difference.expected, difference.seen) == ("mailbox hotline", "queue orders")


def test_a_call_is_read_with_all_it_may_say() -> None:
    (call,) = read_golden(
        """
        [[call]]
        name = "at night"
        at = "Sat 22:00"
        to = "95001"
        from = "13900000001"
        keys = "1,-,2"
        tier = "vip"
        language = "en"
        agents = "nobody"
        set = { order = "7" }
        end = "mailbox hotline"
        """,
        "x.toml",
    )

    situation = situation_of(call, NOON, Situation(NOON))
    assert situation == Situation(
        NOON, "95001", "13900000001", "1-2", "vip", "en", 0, {"order": "7"}, Agents.NOBODY
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("call = 1", "x.toml: Expected `array`"),
        ("[[call]]\nname = ", "x.toml: Invalid value"),
        ('[[call]]\nname = "a"\nends = "b"', "unknown field `ends`"),
        ('[[call]]\nname = "a"', "'a' expects nothing"),
        ('[[call]]\nname = "a"\nend = "b"\nkeys = "x"', "'x' is no key"),
        ('[[call]]\nname = "a"\nend = "b"\n[[call]]\nname = "a"\nend = "b"', "'a' is there twice"),
    ],
)
def test_a_slip_of_the_pen_is_named(text: str, problem: str) -> None:
    with pytest.raises(BadSettings, match=problem):
        read_golden(text, "x.toml")


def test_the_golden_calls_we_ship_pass_on_the_flows_we_ship() -> None:
    results = run_all(golden_folder(), file_book(), sample_ground(None))

    assert [one for one in results.calls if one.differences] == []
    assert results.ok
    assert len(results.calls) >= 9


def test_a_file_that_cannot_be_read_fails_the_others_not(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[[call")
    (tmp_path / "b.toml").write_text('[[call]]\nname = "x"\nkeys = "1,1"\nend = "queue orders"')
    (tmp_path / "c.toml").write_bytes('[[call]]\nname = "订单"'.encode("gb18030"))
    (tmp_path / "d.toml").write_text('[[call]]\nname = "y"\nat = "Dienstag"\nend = "queue"')

    results = run_all(tmp_path, file_book(), sample_ground(None))

    assert not results.ok
    assert [result.differences for result in results.calls] == [[]]
    assert [problem[:6] for problem in results.problems] == ["a.toml", "c.toml", "d.toml"]
