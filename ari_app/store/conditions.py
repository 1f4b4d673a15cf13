"""What a question asks for, and nothing else: a condition that lets everything pass, `$4 IS NULL OR
...`, keeps PostgreSQL from using the index of any other."""

from typing import Any


class Conditions:
    """`values` are the question's parameters: those given first, then one per condition."""

    def __init__(self, *first: Any) -> None:
        self.values = list(first)
        self._texts: list[str] = []

    def add(self, text: str, value: Any) -> None:
        """`{}` in the text, which is never anybody's input, stands for the value; None adds
        nothing."""
        if value is not None:
            self.values.append(value)
            self._texts.append(text.replace("{}", f"${len(self.values)}"))

    def also(self, text: str) -> None:
        """A condition without a value."""
        self._texts.append(text)

    @property
    def sql(self) -> str:
        """What stands behind WHERE."""
        return " AND ".join(self._texts) or "true"
