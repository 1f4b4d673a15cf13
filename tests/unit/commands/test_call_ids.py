"""Which call a person means. The database is a list of ids."""

from typing import Any
from uuid import UUID

import pytest

from ari_app.commands.calls import identify, known_outcome
from ari_app.commands.trouble import NotPossible
from ari_app.domain.errors import NotFound
from tests.unit.commands.samples import CALL_ID, summary

OTHER = UUID("5f0c9d1e-ffff-4000-8000-000000000002")


class Calls:
    """Answers the two questions that `identify` asks."""

    def __init__(self, *ids: UUID) -> None:
        self.ids = ids

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        if "BETWEEN" in query:
            return [{"call_id": each} for each in self.ids if args[0] <= each <= args[1]]
        fields = summary().__dataclass_fields__
        return [
            {name: getattr(summary(call_id=each), name) for name in fields}
            for each in self.ids[: args[0]]
        ]


async def test_the_beginning_of_an_id_is_enough() -> None:
    for text in ("5f0c9d1e-0", "5F0C9D1E0000", str(CALL_ID)):
        assert await identify(Calls(CALL_ID, OTHER), text) == CALL_ID  # type: ignore[arg-type]


async def test_last_is_the_newest() -> None:
    assert await identify(Calls(OTHER, CALL_ID), "last") == OTHER  # type: ignore[arg-type]


async def test_a_beginning_that_fits_several_is_refused() -> None:
    with pytest.raises(NotPossible, match="several"):
        await identify(Calls(CALL_ID, OTHER), "5f0c")  # type: ignore[arg-type]


async def test_an_unknown_id_is_not_found() -> None:
    with pytest.raises(NotFound):
        await identify(Calls(CALL_ID), "77")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "-", "xyz", "5f0c'--", "0" * 33])
async def test_what_cannot_be_an_id_is_refused(text: str) -> None:
    with pytest.raises(NotPossible):
        await identify(Calls(CALL_ID), text)  # type: ignore[arg-type]


def test_an_unknown_outcome_is_refused_with_those_there_are() -> None:
    with pytest.raises(Exception, match="left_message"):
        known_outcome("talkd")
    assert known_outcome("talked") == "talked"
