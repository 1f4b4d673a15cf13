from collections.abc import Iterable
from typing import Any

import pytest

from ari_app.domain.errors import CallerHungUp
from ari_app.domain.flow import Listen
from ari_app.domain.flow.listening import Choice
from ari_app.flows.listen import listen
from tests.fakes.calls import active_call
from tests.fakes.speech import FakeSpeech, Said, says
from tests.fakes.telephony import FakeLeg, FakeRoom

CHOICES = {
    "orders": Choice(to="o", key="1", en=("orders",), zh=("订单",)),
    "support": Choice(to="s", key="2", en=("support", "technical support")),
}


def node(**changed: Any) -> Listen:
    values: dict[str, Any] = {
        "prompts": ("main-menu",),
        "choices": CHOICES,
        "unsure": "x",
        "nothing": "y",
        "failed": "z",
    }
    return Listen(**(values | changed))


async def answered(
    said: Iterable[Said] = (), keys: Iterable[str] = (), language: str = "en", **changed: Any
) -> tuple[str, list[str], FakeSpeech]:
    leg, speech = FakeLeg(answers=keys), FakeSpeech(said)
    call = active_call(leg, language=language)
    call.speech = speech
    exit = await listen(call, node(**changed))
    return exit, leg.heard, speech


async def test_what_is_said_leads_on_and_ends_the_prompt() -> None:
    exit, heard, speech = await answered(says("technical support"))

    assert exit == "support"
    assert heard == ["en/main-menu"]
    assert speech.asked == [("en", ("orders", "support", "technical support"))]
    assert speech.frames > 0


async def test_a_key_does_the_same() -> None:
    assert (await answered(keys=["2"]))[0] == "support"


async def test_a_key_wins_over_what_is_still_being_judged() -> None:
    assert (await answered(says("orders"), keys=["", "2"]))[0] == "support"


async def test_what_is_not_understood_surely_is_asked_again() -> None:
    exit, heard, _ = await answered([*says("orders", 0.2), *says("orders", 0.8)])

    assert exit == "orders"
    assert heard == ["en/main-menu", "en/not-understood", "en/main-menu"]


@pytest.mark.parametrize(
    ("said", "keys", "exit"),
    [
        ([*says("", 0.0), *says("", 0.0)], [], "unsure"),
        ([], [], "nothing"),
        ([], ["9", "9"], "unsure"),
        ([], ["9", ""], "unsure"),
        ([(2.0, None)], [], "failed"),
        ([*says("orders", 0.1), (1.0, None)], [], "failed"),
    ],
)
async def test_every_other_end(said: list[Said], keys: list[str], exit: str) -> None:
    assert (await answered(said, keys))[0] == exit


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_where_nobody_understands_keys_alone_are_taken(language: str) -> None:
    leg, room = FakeLeg(answers=["1"]), FakeRoom()
    call = active_call(leg, room=room, language=language)
    call.speech = FakeSpeech(languages=("fr",)) if language == "zh" else None

    assert await listen(call, node()) == "orders"
    assert room.heard_as == []


async def test_a_voice_that_cannot_be_had_is_a_failure() -> None:
    room = FakeRoom()
    room.deaf = True
    call = active_call(FakeLeg(), room=room, language="en")
    call.speech = FakeSpeech()

    assert await listen(call, node()) == "failed"


async def test_each_time_the_voice_is_had_under_a_name_of_its_own() -> None:
    room = FakeRoom()
    call = active_call(FakeLeg(answers=["1", "1"]), room=room, language="en")
    call.speech = FakeSpeech()

    for step in (1, 2):
        call.step = step
        await listen(call, node())

    assert room.heard_as == [f"{call.facts.id}-h1", f"{call.facts.id}-h2"]


async def test_hanging_up_while_speaking_ends_it() -> None:
    leg = FakeLeg()
    leg.vanish_after(2.5)
    call = active_call(leg, language="en")
    call.speech = FakeSpeech(says("orders"))

    with pytest.raises(CallerHungUp):
        await listen(call, node())
