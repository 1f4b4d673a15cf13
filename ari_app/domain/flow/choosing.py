"""Nodes that ask for one key: `language`, `menu`."""

from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar

from ari_app.domain.flow.node import LANGUAGES, BaseNode, Fault, Names, WayKind, empty


class Language(BaseNode, frozen=True, kw_only=True, tag="language"):
    """Asks for the language; silence or any other key keeps the one of the route."""

    way: ClassVar = WayKind.MENU
    waits: ClassVar = True

    prompts: tuple[str, ...]
    keys: dict[str, str]
    within_seconds: float = 5.0
    next: str

    def exits(self) -> Mapping[str, str]:
        return {"next": self.next}

    def passes_on(self) -> str:
        return self.next

    def opening(self) -> tuple[str, ...]:
        return self.prompts

    def prompts_used(self) -> Iterator[str]:
        yield from self.prompts

    def keys_used(self) -> Collection[str]:
        return self.keys

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        yield from empty(self.prompts)
        for code in self.keys.values():
            if code not in LANGUAGES:
                yield Fault(f"{code!r} is no language of ours", "use zh or en")


class Menu(BaseNode, frozen=True, kw_only=True, tag="menu"):
    """One key leads on. After `tries` wrong or silent answers: `otherwise`."""

    way: ClassVar = WayKind.MENU
    waits: ClassVar = True

    prompts: tuple[str, ...]
    keys: dict[str, str]
    tries: int = 3
    within_seconds: float = 6.0
    wrong_key_prompt: str = "not-understood"
    no_key_prompt: str = "no-key-heard"
    otherwise: str

    def exits(self) -> Mapping[str, str]:
        return {**self.keys, "otherwise": self.otherwise}

    def opening(self) -> tuple[str, ...]:
        return self.prompts

    def prompts_used(self) -> Iterator[str]:
        yield from (*self.prompts, self.wrong_key_prompt, self.no_key_prompt)

    def keys_used(self) -> Collection[str]:
        return self.keys

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        yield from empty(self.prompts)
