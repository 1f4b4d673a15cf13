import asyncio

import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.flows.digits import ask_digits
from tests.fakes.telephony import FakeLeg


@pytest.mark.parametrize(
    ("keys", "pressed"),
    [
        ("4839#", "4839"),
        ("4839", "4839"),  # and then silence
        ("12*4839#", "4839"),
        ("483920", "48392"),  # the longest: nobody waits for more
        ("#", ""),
        ("", ""),
    ],
)
async def test_a_row_of_keys_is_what_was_pressed(keys: str, pressed: str) -> None:
    assert await ask_digits(FakeLeg(answers=keys), ["enter-pin"], "zh", longest=5) == pressed


async def test_the_question_is_not_said_again_between_the_keys() -> None:
    leg = FakeLeg(answers="4839#")

    await ask_digits(leg, ["enter-pin"], "zh", longest=5)

    assert leg.heard == ["zh/enter-pin"]


async def test_who_hangs_up_is_not_waited_for() -> None:
    leg = FakeLeg(answers="4")
    leg.vanish_after(2)

    with pytest.raises(CallerHungUp):
        async with asyncio.timeout(3):
            await ask_digits(leg, ["enter-pin"], "zh", longest=5)
