"""The node `personal-menu`: what is offered, and in which order, depends on who calls."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import ClassVar

from ari_app.domain.flow.condition import Condition, Prospect
from ari_app.domain.flow.lines import Lines, faults_in, prompts_in, variables_in
from ari_app.domain.flow.node import BaseNode, Fault, Names, WayKind
from ari_app.domain.variables import named_in

BY_ORDER = "123456789"


class PersonalMenu(BaseNode, frozen=True, kw_only=True, tag="personal-menu"):
    """Offers the entries whose condition is met: the one named by `first` (`{name}` for a
    variable's value) before all others, then by weight, the heavier the earlier, then as written.

    Each is said as its prompt, `press` and its key: 1, 2, ... in this order unless it has a key of
    its own. The exit is the entry's name. Nothing to offer is `otherwise` as well.
    """

    class Entry(Condition, frozen=True, kw_only=True):
        name: str
        prompt: str
        to: str
        weight: int = 0
        key: str = ""

    way: ClassVar = WayKind.MENU
    waits: ClassVar = True

    prompts: Lines = ()
    entries: tuple[Entry, ...]
    first: str = ""
    tries: int = 3
    within_seconds: float = 6.0
    press_prompt: str = "then-press"
    wrong_key_prompt: str = "not-understood"
    no_key_prompt: str = "no-key-heard"
    otherwise: str

    def offered(
        self, look: Callable[[str], str], prospect: Callable[[str], Prospect], first: str
    ) -> Mapping[str, Entry]:
        """By key, in the order they are said. Args: first: what the text `first` comes to."""
        met = [entry for entry in self.entries if entry.is_met(look, prospect)]
        met.sort(key=lambda entry: (entry.name != first, -entry.weight))
        free = iter(key for key in BY_ORDER if key not in {entry.key for entry in met})
        keyed = ((entry.key or next(free, ""), entry) for entry in met)
        return {key: entry for key, entry in keyed if key}

    def exits(self) -> Mapping[str, str]:
        return {**{entry.name: entry.to for entry in self.entries}, "otherwise": self.otherwise}

    def prompts_used(self) -> Iterator[str]:
        yield from prompts_in(self.prompts)
        yield from (entry.prompt for entry in self.entries)
        yield from (self.press_prompt, self.wrong_key_prompt, self.no_key_prompt)

    def keys_used(self) -> Collection[str]:
        return {entry.key for entry in self.entries if entry.key}

    def queues_used(self) -> Collection[str]:
        return {entry.queue for entry in self.entries if entry.queue}

    def reads(self) -> Iterator[str]:
        yield from variables_in(self.prompts)
        yield from named_in(self.first)
        yield from (entry.variable for entry in self.entries if entry.variable)

    def faults(self, names: Names) -> Iterator[Fault]:  # noqa: ARG002
        yield from faults_in(self.prompts)
        if not self.entries:
            yield Fault("entries is empty", "name an entry, or remove the node")
        seen: set[str] = {"otherwise"}
        for entry in self.entries:
            if entry.name in seen:
                yield Fault(f"there are two entries {entry.name!r}", "give one another name")
            seen.add(entry.name)
            yield from entry.faults()
        keys = [entry.key for entry in self.entries if entry.key]
        if len(keys) > len(set(keys)):
            yield Fault("two entries have the same key", "give one of them another, or none")
