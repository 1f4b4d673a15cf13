from collections.abc import Iterable
from typing import Any

import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.domain.flow import Ask
from ari_app.domain.speech import SpokenAs
from ari_app.flows.active import ActiveCall
from ari_app.flows.ask import ask
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg


def node(**changed: Any) -> Ask:
    values: dict[str, Any] = {
        "prompts": ("enter-number",),
        "variable": "number",
        "shortest": 3,
        "longest": 6,
        "next": "x",
        "otherwise": "y",
    }
    return Ask(**(values | changed))


async def asked(answers: Iterable[str], **changed: Any) -> tuple[str, ActiveCall, list[str]]:
    leg = FakeLeg(answers=answers)
    call = active_call(leg)
    exit = await ask(call, node(**changed))
    return exit, call, leg.heard


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        ("123#", "123"),
        ("123456", "123456"),
        ("99*123#", "123"),
        ("1#123#", "123"),  # too short first
        ("#123#", "123"),  # nothing first
        ("12A4#5678#", "5678"),  # a letter, from a phone that has such keys
        (["1", "2", "3", ""], "123"),  # the caller waits
        (["", "", "1", "2", "3", "#"], "123"),
    ],
)
async def test_the_digits_are_kept_in_the_variable(keys: Iterable[str], number: str) -> None:
    exit, call, _ = await asked(keys)

    assert exit == "next"
    assert call.look("number") == number


@pytest.mark.parametrize("keys", ["", "1#2#3#", "*" * 40, "ABCDABCD" * 3])
async def test_after_three_bad_answers_the_call_goes_on_otherwise(keys: str) -> None:
    exit, call, heard = await asked(keys)

    assert exit == "otherwise"
    assert call.look("number") == ""
    assert heard.count("zh/enter-number") >= 3


async def test_a_number_may_be_read_back_and_corrected() -> None:
    exit, call, heard = await asked("123#2124#1", confirm=SpokenAs.DIGITS)

    assert (exit, call.look("number")) == ("next", "124")
    back = [f"zh/{word}" for word in ("you-entered", "one-in-number", "two", "three")]
    assert heard[:6] == ["zh/enter-number", *back, "zh/confirm-number"]


async def test_a_read_back_that_nobody_answers_is_said_twice() -> None:
    exit, _, heard = await asked([*"123#", "", "", *"123#", "1"], confirm=SpokenAs.DIGITS)

    assert exit == "next"
    assert heard.count("zh/confirm-number") == 3


async def test_the_end_of_a_complete_number_is_not_the_answer_to_what_follows() -> None:
    leg = FakeLeg(answers="123456")

    await ask(active_call(leg), node())

    assert leg.overlooked == ["#"]


async def test_a_former_answer_is_none_to_this_question() -> None:
    call = active_call(FakeLeg())
    call.keep("number", "999")

    assert await ask(call, node()) == "otherwise"
    assert call.look("number") == ""


@pytest.mark.parametrize("secret", [True, False])
async def test_what_is_keyed_in_is_written_to_no_event_and_no_log(
    secret: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    _, call, _ = await asked("473829", secret=secret)

    assert "473829" not in repr(journal_of(call).facts) + caplog.text
    assert ("number" in call.facts.variables.saved()) is not secret


async def test_a_key_storm_ends_in_a_number_and_leaves_the_rest_alone() -> None:
    leg = FakeLeg()
    for _ in range(500):
        leg.press("7")
    call = active_call(leg)

    assert await ask(call, node(longest=6)) == "next"
    assert call.look("number") == "777777"


async def test_a_caller_who_hangs_up_in_the_middle_ends_it() -> None:
    leg = FakeLeg(answers="12")
    leg.vanish_after(2)

    with pytest.raises(CallerHungUp):
        await ask(active_call(leg), node())
