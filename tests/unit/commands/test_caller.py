"""The scripted caller against a party that hears what the test lets it hear."""

import asyncio
from collections.abc import Callable, Sequence

from ari_app.commands.caller import CALLER_TONE, Script, cause_text, follow
from ari_app.commands.transcript import Transcript
from ari_app.lab.ear import Heard
from ari_app.lab.party import Unheard
from tests.unit.commands.samples import terminal


class FakeEar:
    def __init__(self) -> None:
        self.heard: list[Heard] = []


class FakeParty:
    """Each `until_heard` takes the next thing the hotline says; nothing left means cut off."""

    def __init__(self, says: Sequence[str], *, answers: bool = True) -> None:
        self.ear = FakeEar()
        self.on_heard: Callable[[Heard], None] | None = None
        self.answered, self.gone = asyncio.Event(), asyncio.Event()
        self.cause: int | None = None
        self.pressed: list[str] = []
        self.tone = 0
        self._says = list(says)
        (self.answered if answers else self.gone).set()

    async def until_heard(self, *what: str, within: float, after: int = 0) -> Heard:
        while self._says:
            item = Heard(self._says.pop(0), 0.0, 0.0)
            self.ear.heard.append(item)
            if self.on_heard:
                self.on_heard(item)
            if item.what in what:
                return item
        self.gone.set()
        raise Unheard("cut off")

    async def press(self, keys: str) -> None:
        self.pressed.append(keys)

    def talk(self, hz: int) -> None:
        self.tone = hz

    async def hang_up(self) -> None:
        self.gone.set()


def script(*keys: str) -> Script:
    return Script(keys, {"zh/menu"}, {"tone 620"}, talk_seconds=0.0, finger_seconds=0.0)


def transcript() -> Transcript:
    return Transcript(terminal(as_json=True), {"zh": {"menu": "请选择"}}, now=lambda: 0.0)


async def test_each_key_is_pressed_at_the_next_prompt_that_asks() -> None:
    party, told = FakeParty(["zh/welcome", "zh/menu", "zh/menu", "tone 620"]), transcript()

    assert await follow(script("1", "2"), party, told)  # type: ignore[arg-type]

    assert party.pressed == ["1", "2"]
    assert party.tone == CALLER_TONE
    assert [(entry.did, entry.what) for entry in told.entries] == [
        ("answered", ""),
        ("heard", "welcome"),
        ("heard", "menu"),
        ("pressed", "1"),
        ("heard", "menu"),
        ("pressed", "2"),
        ("heard", "tone 620 Hz"),
        ("hung_up", ""),
    ]


async def test_a_key_nobody_asks_for_is_not_pressed() -> None:
    party, told = FakeParty(["zh/menu"]), transcript()

    assert await follow(script("1", "2"), party, told)  # type: ignore[arg-type]

    assert party.pressed == ["1"]
    assert told.entries[-1].who == "hotline"


async def test_a_call_that_is_not_answered_says_the_cause() -> None:
    party, told = FakeParty([], answers=False), transcript()
    party.cause = 17

    assert not await follow(script("1"), party, told)  # type: ignore[arg-type]

    assert (told.entries[-1].did, told.entries[-1].what) == ("not_answered", "cause 17 busy")


async def test_what_was_heard_before_anybody_listened_is_told_too() -> None:
    party, told = FakeParty(["tone 620"]), transcript()
    party.ear.heard.append(Heard("zh/menu", 0.0, 0.0))

    await follow(script(), party, told)  # type: ignore[arg-type]

    assert told.entries[1].text == "请选择"


def test_the_usual_causes_have_words() -> None:
    assert cause_text(16) == "cause 16 normal"
    assert cause_text(99) == "cause 99"
    assert cause_text(None) == ""
