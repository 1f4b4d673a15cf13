"""A fact's SQL and where its parameters come from."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ari_app.domain.facts import Fact


@dataclass(frozen=True, slots=True)
class Statement:
    """`$1` is the value of the first of `fields`, and so on.

    An INSERT of VALUES may say what makes many facts one statement. `own_rows`: it leaves a row
    alone which is there. `newest`: of those with the same first field the one with the highest
    second field is enough.
    """

    fact: type[Fact]
    fields: str
    sql: str
    own_rows: bool = False
    newest: bool = False

    def arguments(self, fact: Fact) -> tuple[Any, ...]:
        """Dictionaries go as JSON text, which is what asyncpg takes for jsonb."""
        return tuple(_as_sql(getattr(fact, name)) for name in self.fields.split())


def _as_sql(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else value
