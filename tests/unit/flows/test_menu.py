from ari_app.domain.flow import Menu
from ari_app.flows.menu import choose
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg

NODE = Menu(prompts=("main-menu",), keys={"1": "orders", "*": "message"}, otherwise="orders")


async def test_a_key_of_the_menu_is_the_exit() -> None:
    call = active_call(FakeLeg(answers=["*"]))

    assert await choose(call, NODE) == "*"
    assert journal_of(call).story() == ["key_pressed *"]


async def test_a_wrong_key_and_silence_are_told_apart_and_asked_again() -> None:
    leg = FakeLeg(answers=["9", "", "1"])

    assert await choose(active_call(leg), NODE) == "1"
    assert leg.heard == [
        "zh/main-menu",
        "zh/not-understood",
        "zh/main-menu",
        "zh/no-key-heard",
        "zh/main-menu",
    ]


async def test_after_three_wrong_answers_the_call_goes_on_otherwise() -> None:
    leg = FakeLeg(answers=["9", "8", "7", "1"])

    assert await choose(active_call(leg), NODE) == "otherwise"
    assert leg.heard.count("zh/main-menu") == 3
