"""What a flow has learnt in a call, by name: keyed in, looked up, or set.

Every value is text. Limits keep a saved step small; what is said with a value is checked where
it is said, for callers and foreign services choose them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
MOST = 40
LONGEST = 200  # characters of one value
ALL_TOGETHER = 4000
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
OF_THE_CALL = frozenset(
    f"call.{name}" for name in ("caller", "dialled", "language", "tier", "customer", "trunk")
)


@dataclass(slots=True)
class Variables:
    _values: dict[str, str] = field(default_factory=dict, repr=False)
    _secret: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> str:
        """ "" for what was never set."""
        return self._values.get(name, "")

    def set(self, name: str, value: object, *, secret: bool = False) -> bool:
        """Is it kept, as its first LONGEST printable characters? Not when there is no room.

        Args:
            secret: it lives in memory only: a restarted process does not know it any more.
        """
        text = "".join(sign for sign in str(value) if sign.isprintable())[:LONGEST]
        others = sum(len(kept) for key, kept in self._values.items() if key != name)
        is_new = name not in self._values
        if not NAME.fullmatch(name) or others + len(text) > ALL_TOGETHER:
            return False
        if is_new and len(self._values) >= MOST:
            return False
        self._values[name] = text
        (self._secret.add if secret else self._secret.discard)(name)
        return True

    def forget(self, name: str) -> None:
        self._values.pop(name, None)
        self._secret.discard(name)

    def saved(self) -> dict[str, str]:
        """For the saved step; secrets are left out."""
        return {name: text for name, text in self._values.items() if name not in self._secret}

    def remember(self, saved: Mapping[str, str]) -> None:
        for name, value in saved.items():
            self.set(name, value)


def filled(text: str, look: Callable[[str], str]) -> str:
    """The text with each `{name}` replaced by what `look` says of it."""
    return PLACEHOLDER.sub(lambda found: look(found[1]), text)


def named_in(text: str) -> Iterator[str]:
    """The names a text asks for."""
    yield from PLACEHOLDER.findall(text)
