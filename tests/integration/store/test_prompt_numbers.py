import pytest

from ari_app.domain.errors import NotFound
from ari_app.store import agents, prompt_numbers, seed
from ari_app.store.db import Connection


async def test_a_prompt_keeps_its_number_whatever_comes_before_it(db: Connection) -> None:
    first = await prompt_numbers.numbers(db, ["welcome", "goodbye"])
    again = await prompt_numbers.numbers(db, ["new", "goodbye", "welcome"])

    assert first["goodbye"] == first["welcome"] + 1
    assert again["goodbye"] == first["goodbye"]
    assert again["new"] == first["goodbye"] + 1


async def test_who_may_record_prompts_is_loaded_with_the_staff(db: Connection) -> None:
    await seed.seed(db)

    has_pin = await prompt_numbers.set_editor(db, 1001, may=True)

    members = {member.id: member.is_prompt_editor for member in await agents.load(db)}
    assert (members[1001], members[1002], has_pin) == (True, False, False)
    with pytest.raises(NotFound):
        await prompt_numbers.set_editor(db, 9999, may=True)
