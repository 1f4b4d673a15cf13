"""Nodes that take down what callers say: `survey`, by keys, and `record`, spoken."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar

import msgspec

from ari_app.domain.flow.node import KEYS, BaseNode, Fault, Names, WayKind, empty

WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
BAD_WORD = "use small letters, digits and _, a letter first"


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of a survey, about one dimension of it."""

    dimension: str
    prompts: tuple[str, ...]
    keys: str = "12345"


class Survey(BaseNode, frozen=True, kw_only=True, tag="survey"):
    """Asks questions that are answered by a key each. Silence ends it, or `tries` wrong keys:
    whoever is there no more is not asked on. The way out is always `next`."""

    waits: ClassVar = True

    survey: str
    questions: tuple[Question, ...]
    prompts: tuple[str, ...] = ("survey-intro",)
    thanks_prompts: tuple[str, ...] = ("survey-thanks",)
    wrong_key_prompt: str = "not-understood"
    tries: int = 2
    within_seconds: float = 6.0
    next: str

    def exits(self) -> Mapping[str, str]:
        return {"next": self.next}

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, *self.thanks_prompts, self.wrong_key_prompt)
        for question in self.questions:
            yield from question.prompts

    def keys_used(self) -> Collection[str]:
        return {key for question in self.questions for key in question.keys if key in KEYS}

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        if not self.questions:
            yield Fault("questions is empty", "add [[node.NAME.questions]], or remove the node")
        for question in self.questions:
            yield from empty(question.prompts)
            if not question.keys or set(question.keys) - KEYS:
                what = f"question {question.dimension!r}: keys {question.keys!r} are not on a phone"
                yield Fault(what, 'name those that answer, as in "12345"')
        dimensions = [question.dimension for question in self.questions]
        yield from _bad_words((self.survey, *dimensions))
        yield from _twice(dimensions)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is asked for and spoken."""

    name: str
    prompts: tuple[str, ...]
    longest_seconds: float = 60.0


class Record(BaseNode, frozen=True, kw_only=True, tag="record"):
    """A spoken order or complaint: each part has its question and its own recording, which is
    listened to and can be recorded again, `tries` times. They are kept in `mailbox` under `record`.

    `given_up`: a part stayed empty.
    """

    way: ClassVar = WayKind.MAILBOX
    waits: ClassVar = True

    record: str
    mailbox: str
    parts: tuple[Part, ...]
    prompts: tuple[str, ...] = ("record-intro",)
    saved_prompts: tuple[str, ...] = ("record-saved",)
    shortest_seconds: float = 1.0
    tries: int = 3
    within_seconds: float = 6.0
    recorded: str
    given_up: str

    def exits(self) -> Mapping[str, str]:
        return {"recorded": self.recorded, "given_up": self.given_up}

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, *self.saved_prompts, "message-too-short", "keep-or-again")
        for part in self.parts:
            yield from part.prompts

    def mailboxes_used(self) -> Collection[str]:
        return (self.mailbox,)

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        if not self.parts:
            yield Fault("parts is empty", "add [[node.NAME.parts]], or remove the node")
        for part in self.parts:
            yield from empty(part.prompts)
            if part.longest_seconds <= self.shortest_seconds:
                yield Fault(
                    f"part {part.name!r}: nothing could be said in {part.longest_seconds:g} s",
                    f"let longest_seconds be more than {self.shortest_seconds:g}",
                )
        parts = [part.name for part in self.parts]
        yield from _bad_words((self.record, *parts))
        yield from _twice(parts)


def _bad_words(words: Collection[str]) -> Iterator[Fault]:
    for word in words:
        if not WORD.fullmatch(word):
            yield Fault(f"{word!r} is no name", BAD_WORD)


def _twice(names: Collection[str]) -> Iterator[Fault]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Fault(f"{name!r} is there {count} times", "give each its own name")
