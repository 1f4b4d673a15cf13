from typing import Any

import pytest

from ari_app.domain.flow import PersonalMenu
from ari_app.flows.personal_menu import choose_personally
from tests.fakes.calls import active_call
from tests.fakes.telephony import FakeLeg

Entry = PersonalMenu.Entry
ORDERS = Entry(name="orders", prompt="choice-orders", to="a")
SUPPORT = Entry(name="support", prompt="choice-support", to="b", weight=1)
VIP = Entry(name="vip", prompt="choice-vip", to="c", tier=("vip",), weight=9)
PERSON = Entry(name="person", prompt="choice-person", to="d", key="0", weight=-5)


def node(*entries: PersonalMenu.Entry, **changed: Any) -> PersonalMenu:
    return PersonalMenu(entries=entries, first="{favourite}", otherwise="x", **changed)


async def heard(menu: PersonalMenu, answer: str, favourite: str = "", **facts: Any) -> list[str]:
    call = active_call(leg := FakeLeg(answers=[answer]), **facts)
    call.keep("favourite", favourite)
    exit = await choose_personally(call, menu)
    return [exit, *(word.partition("/")[2].replace("choice-", "") for word in leg.heard)]


@pytest.mark.parametrize(
    ("answer", "favourite", "tier", "expected"),
    [
        ("1", "", "normal", "support: support 1 orders 2 person 0"),
        ("2", "", "normal", "orders: support 1 orders 2 person 0"),
        ("0", "", "normal", "person: support 1 orders 2 person 0"),
        ("1", "orders", "normal", "orders: orders 1 support 2 person 0"),
        ("1", "", "vip", "vip: vip 1 support 2 orders 3 person 0"),
        ("3", "orders", "vip", "support: orders 1 vip 2 support 3 person 0"),
        ("1", "vip", "normal", "support: support 1 orders 2 person 0"),
    ],
)
async def test_what_is_offered_and_in_which_order_depends_on_the_caller(
    answer: str, favourite: str, tier: str, expected: str
) -> None:
    exit, *words = await heard(node(ORDERS, SUPPORT, VIP, PERSON), answer, favourite, tier=tier)

    names = {"zero": "0", "one": "1", "two": "2", "three": "3"}
    said = " ".join(names.get(word, word) for word in words if word != "then-press")
    assert f"{exit}: {said}" == expected


async def test_a_key_that_is_not_offered_to_this_caller_is_a_wrong_one() -> None:
    assert "not-understood" in await heard(node(ORDERS, VIP), "2")


async def test_with_nothing_to_offer_it_goes_on_otherwise_in_silence() -> None:
    assert await heard(node(VIP), "1") == ["otherwise"]


async def test_more_entries_than_keys_leave_the_lightest_out() -> None:
    many = [Entry(name=f"e{n}", prompt="choice-x", to="a", weight=-n) for n in range(12)]

    exit, *words = await heard(node(*many), "9")

    assert exit == "e8"
    assert words.count("x") == 9
