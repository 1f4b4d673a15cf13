import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.domain.flow import Say
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
