from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchdog.guard import ALLOWED, Refused, checked

CHANNEL = "PJSIP/world-0000001a"
REDIRECT = {"Channel": CHANNEL, "Context": "app-fallback", "Exten": "s", "Priority": "1"}
SETVAR = {"Channel": CHANNEL, "Variable": "CC_FALLBACK", "Value": "watchdog"}
MUTE = {"Channel": CHANNEL, "Direction": "both", "State": "1"}
GOOD: list[tuple[str, Mapping[str, str]]] = [
    ("Ping", {}),
    ("Login", {"Username": "hotline", "Secret": "aB3-_", "Events": "off"}),
    ("Status", {"Variables": "GROUP(call),CC_CALL"}),
    ("Getvar", {"Variable": "CC_ALIVE"}),
    ("Getvar", {"Variable": "GROUP_COUNT(new@call)"}),
    ("Getvar", {"Variable": "GROUP(call)", "Channel": "Local/x@probe-00000000;2"}),
    ("Setvar", SETVAR),
    ("Redirect", REDIRECT),
    ("MixMonitorMute", MUTE),
    ("MixMonitorMute", {**MUTE, "MixMonitorID": "0x7f3a"}),
]


@pytest.mark.parametrize(("action", "headers"), GOOD)
def test_what_the_watchdog_needs_passes_unchanged(action: str, headers: dict[str, str]) -> None:
    assert checked(action, headers) == {"Action": action, **headers}


def test_every_allowed_action_has_an_example_above() -> None:
    assert {action for action, _ in GOOD} == set(ALLOWED)


@pytest.mark.parametrize("character", ["\r", "\n", "\r\n", "\0"])
@pytest.mark.parametrize(("action", "headers"), [good for good in GOOD if good[1]])
def test_a_line_break_or_nul_is_refused_in_every_header_and_value(
    action: str, headers: dict[str, str], character: str
) -> None:
    for name, value in headers.items():
        for bad in (f"{value}{character}", f"{character}{value}", f"a{character}Action: Command"):
            with pytest.raises(Refused):
                checked(action, {**headers, name: bad})
        with pytest.raises(Refused):
            checked(action, {**headers, f"{name}{character}X": value})
    with pytest.raises(Refused):
        checked(f"{action}{character}", headers)


@pytest.mark.parametrize(
    ("action", "headers"),
    [
        ("Command", {"Command": "core stop now"}),
        ("Originate", {"Channel": CHANNEL}),
        ("ping", {}),
        ("Redirect", {**REDIRECT, "Context": "from-agents"}),
        ("Redirect", {**REDIRECT, "Exten": "900"}),
        ("Redirect", {**REDIRECT, "Priority": "2"}),
        ("Redirect", {**REDIRECT, "ExtraChannel": CHANNEL}),
        ("Setvar", {"Variable": "CC_FALLBACK", "Value": "watchdog"}),
        ("Setvar", {**SETVAR, "Variable": "CC_ALIVE"}),
        ("Setvar", {**SETVAR, "Variable": "SHELL(id)"}),
        ("Getvar", {"Variable": "SHELL(id)"}),
        ("Getvar", {"Variable": "GROUP_COUNT(new@call)SHELL(id)"}),
        ("Status", {"Variables": "GROUP(call),SHELL(id)"}),
        ("Status", {"Variables": "GROUP(call)", "AllVariables": "true"}),
        ("Login", {"Username": "hotline", "Secret": "x", "Events": "on"}),
        ("Ping", {"ActionID": "1"}),
    ],
)
def test_anything_else_is_refused(action: str, headers: dict[str, str]) -> None:
    with pytest.raises(Refused):
        checked(action, headers)


def test_a_value_that_is_not_text_is_refused() -> None:
    with pytest.raises(Refused):
        checked("Setvar", {**SETVAR, "Value": ["a", "b"]})  # type: ignore[dict-item]


@given(st.sampled_from(GOOD), st.data())
def test_no_text_at_all_in_a_value_makes_a_second_line(
    good: tuple[str, dict[str, str]], data: st.DataObject
) -> None:
    action, headers = good
    changed = {name: data.draw(st.text(max_size=40)) for name in headers}

    try:
        sent = checked(action, changed)
    except Refused:
        return

    assert all(len(value.splitlines()) <= 1 for value in sent.values())


def test_a_refusal_never_shows_the_value() -> None:
    with pytest.raises(Refused) as refused:
        checked("Login", {"Username": "hotline", "Secret": "swordfish\n", "Events": "off"})

    assert "swordfish" not in str(refused.value)
