import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.domain.flow import Say, Spoken
from ari_app.domain.speech import SpokenAs
from ari_app.flows.say import say
from tests.fakes.calls import active_call
from tests.fakes.telephony import FakeLeg


async def test_all_prompts_are_said_in_the_callers_language() -> None:
    leg = FakeLeg()

    assert await say(active_call(leg, language="en"), Say(prompts=("a", "b"), next="x")) == "next"
    assert leg.heard == ["en/a", "en/b"]


async def test_a_caller_who_hangs_up_hears_no_more() -> None:
    leg = FakeLeg()
    leg.vanish_after(0.5)

    with pytest.raises(CallerHungUp):
        await say(active_call(leg), Say(prompts=("a", "b"), next="x"))
    assert leg.heard == ["zh/a"]


async def test_values_are_said_between_prompts() -> None:
    node = Say(
        prompts=("welcome", Spoken(value="{balance}", kind=SpokenAs.MONEY), "goodbye"), next="x"
    )
    call = active_call(leg := FakeLeg(), language="en")
    call.keep("balance", "2.50")

    await say(call, node)

    words = ("welcome", "two", "yuan", "fifty", "fen", "goodbye")
    assert leg.heard == [f"en/{word}" for word in words]


@pytest.mark.parametrize(
    ("status", "unknown", "heard"),
    [
        ("shipped", "not-available", ["zh/shipped"]),
        ("../../etc/passwd", "not-available", ["zh/not-available"]),
        ("", "lost", ["zh/lost"]),
        ("", "", []),
    ],
)
async def test_a_value_may_name_a_prompt_but_only_one_of_those_listed(
    status: str, unknown: str, heard: list[str]
) -> None:
    value = Spoken(value="{status}", among=("shipped", "paid"), unknown=unknown)
    call = active_call(leg := FakeLeg())
    call.keep("status", status)

    await say(call, Say(prompts=(value,), next="x"))

    assert leg.heard == heard
