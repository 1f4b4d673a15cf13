import pytest

from ari_app.domain.facts import LanguageChosen
from ari_app.domain.flow import Language
from ari_app.flows.language import choose_language
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg

NODE = Language(prompts=("choose-language",), keys={"1": "zh", "2": "en"}, next="menu")


async def test_the_key_decides_the_language_from_then_on() -> None:
    call = active_call(FakeLeg(answers=["2"]))

    assert await choose_language(call, NODE) == "next"
    assert call.language == "en"
    assert journal_of(call).the(LanguageChosen).language == "en"
    assert journal_of(call).story() == ["key_pressed 2"]


@pytest.mark.parametrize("key", ["", "9"])
async def test_silence_and_other_keys_keep_the_language_of_the_route(key: str) -> None:
    call = active_call(FakeLeg(answers=[key]), language="en")

    assert await choose_language(call, NODE) == "next"
    assert call.language == "en"
    assert journal_of(call).of(LanguageChosen) == []
