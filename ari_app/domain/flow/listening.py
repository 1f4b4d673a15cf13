"""The node type `listen`: a choice by voice; keys always work too."""

from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar, Final

import msgspec

from ari_app.domain.flow.node import LANGUAGES, BaseNode, Fault, Names, WayKind, empty

UNSURE, NOTHING, FAILED = "unsure", "nothing", "failed"
RESERVED: Final = frozenset({UNSURE, NOTHING, FAILED})
LONGEST_PHRASE: Final = 60


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be said for it in each language; `key` does the same; `to` is the next node."""

    to: str
    key: str = ""
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Listen(BaseNode, frozen=True, kw_only=True, tag="listen"):
    """Speech ends the prompts. What is understood less surely than `confidence`, or a key that
    stands for nothing, is asked again; after `tries` of that: `unsure`, of silence: `nothing`.
    `failed`: nobody can be understood at the moment, by keys neither as none was pressed."""

    way: ClassVar = WayKind.MENU
    waits: ClassVar = True

    prompts: tuple[str, ...]
    choices: dict[str, Choice]
    tries: int = 2
    within_seconds: float = 5.0
    confidence: float = 0.35
    unsure_prompt: str = "not-understood"
    nothing_prompt: str = "nothing-heard"
    unsure: str
    nothing: str
    failed: str

    def exits(self) -> Mapping[str, str]:
        leads = {name: choice.to for name, choice in self.choices.items()}
        return {**leads, UNSURE: self.unsure, NOTHING: self.nothing, FAILED: self.failed}

    def opening(self) -> tuple[str, ...]:
        return self.prompts

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, self.unsure_prompt, self.nothing_prompt)

    def keys_used(self) -> Collection[str]:
        return [choice.key for choice in self.choices.values() if choice.key]

    def phrases(self, language: str) -> Mapping[str, str]:
        """Phrase -> choice."""
        return {
            phrase: name
            for name, choice in self.choices.items()
            for phrase in (choice.en if language == "en" else choice.zh)
        }

    def by_key(self, key: str) -> str | None:
        """The choice a key stands for."""
        return next((name for name, its in self.choices.items() if key and its.key == key), None)

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        yield from empty(self.prompts)
        if not self.choices:
            yield Fault("there is no choice", "add [node.NAME.choices.CHOICE] with `to` and `key`")
        if not 0 <= self.confidence <= 1:
            yield Fault(f"confidence is {self.confidence:g}", "give it 0 to 1")
        for name in sorted(RESERVED & self.choices.keys()):
            yield Fault(f"choice {name!r} has the name of an exit", "give it another name")
        for name, choice in self.choices.items():
            if not choice.key:
                yield Fault(
                    f"choice {name!r} has no key", "give it one: speech is not for everybody"
                )
            yield from _bad_phrases(name, choice)
        yield from self._twice()

    def _twice(self) -> Iterator[Fault]:
        keys = list(self.keys_used())
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield Fault(f"key {key!r} stands for two choices", "give each a key of its own")
        for language in LANGUAGES:
            said = [
                phrase.lower()
                for choice in self.choices.values()
                for phrase in (choice.en if language == "en" else choice.zh)
            ]
            for phrase in sorted({phrase for phrase in said if said.count(phrase) > 1}):
                yield Fault(f"phrase {phrase!r} is there twice", "take one of them away")


def _bad_phrases(name: str, choice: Choice) -> Iterator[Fault]:
    for phrase in choice.en:
        plain = phrase.replace("'", "").replace(" ", "")
        if not (plain.isascii() and plain.isalpha()) or len(phrase) > LONGEST_PHRASE:
            yield Fault(
                f"choice {name!r}: {phrase!r} cannot be listened for", "write words of letters only"
            )
    for phrase in choice.zh:
        if not phrase.strip() or len(phrase) > LONGEST_PHRASE or not phrase.isalpha():
            yield Fault(
                f"choice {name!r}: {phrase!r} cannot be listened for", "write characters only"
            )
