import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.flows.record_prompt import record_prompt
from tests.fakes.studio import FakeStudio
from tests.fakes.telephony import FakeLeg


async def test_number_language_recording_and_it_is_kept() -> None:
    studio, leg = FakeStudio(), FakeLeg(answers=[*"102#", "2", "1"])

    assert await record_prompt(leg, studio, "zh", "agent 1") == ("prompt-saved",)
    assert studio.kept == [("goodbye", "en", "agent 1")]
    assert leg.heard[-4:] == [
        *("zh/beep", "record recording-1", "en/take-1", "zh/prompt-keep-or-again"),
    ]
    assert studio.left == set()


async def test_it_is_recorded_again_until_it_is_right() -> None:
    studio, leg = FakeStudio(), FakeLeg(answers=[*"101#", "1", "2", "2", "1"])

    assert await record_prompt(leg, studio, "zh", "agent 1") == ("prompt-saved",)
    assert leg.heard.count("zh/prompt-record") == 3
    assert len(studio.kept) == 1
    assert studio.left == set()


@pytest.mark.parametrize("key", ["*", ""])
async def test_who_gives_up_or_says_nothing_changes_nothing(key: str) -> None:
    studio, leg = FakeStudio(), FakeLeg(answers=[*"101#", "1", key])

    assert await record_prompt(leg, studio, "zh", "agent 1") == ("prompt-not-saved",)
    assert studio.kept == []
    assert studio.left == set()


async def test_a_recording_of_nothing_is_refused_and_made_again() -> None:
    studio, leg = FakeStudio(refuses=1), FakeLeg(answers=[*"101#", "1", "1"])

    assert await record_prompt(leg, studio, "zh", "agent 1") == ("prompt-saved",)
    assert leg.heard.count("zh/prompt-take-refused") == 1


async def test_three_numbers_that_nothing_has_end_it() -> None:
    studio, leg = FakeStudio(), FakeLeg(answers=[*"9#8#7#"])

    assert await record_prompt(leg, studio, "zh", "agent 1") == ("goodbye",)
    assert leg.heard.count("zh/prompt-not-known") == 2


async def test_hanging_up_while_recording_leaves_nothing_behind() -> None:
    studio, leg = FakeStudio(), FakeLeg(answers=[*"101#", "1"])
    leg.vanish_after(5)

    with pytest.raises(CallerHungUp):
        await record_prompt(leg, studio, "zh", "agent 1")

    assert studio.kept == []
    assert studio.left == set()
