from typing import Any
from uuid import UUID

import pytest

from ari_app.domain.errors import CallerHungUp, Unavailable
from ari_app.domain.facts import CustomerIdentified, LanguageChosen
from ari_app.domain.flow import IdentifiedBy, Identify
from ari_app.domain.route import Customer
from ari_app.flows.active import ActiveCall
from ari_app.flows.identify import identify
from tests.fakes.calls import active_call, journal_of
from tests.fakes.enquiries import FakeEnquiries
from tests.fakes.telephony import FakeLeg

VIP = Customer(UUID(int=9), "vip", "en")
RIGHT = "123456#4711#"
WRONG = "123456#9999#"


def node(by: IdentifiedBy = IdentifiedBy.EITHER) -> Identify:
    return Identify(by=by, known="a", unknown="b", failed="c")


def a_call(keys: str, **facts: Any) -> tuple[ActiveCall, FakeEnquiries, FakeLeg]:
    enquiries = FakeEnquiries()
    enquiries.customers.known["123456", "4711"] = VIP
    call = active_call(leg := FakeLeg(answers=keys), **facts)
    call.enquiries = enquiries.asked
    return call, enquiries, leg


async def test_account_and_pin_say_who_calls() -> None:
    call, _, _ = a_call(RIGHT)

    assert await identify(call, node()) == "known"
    assert (call.facts.customer_id, call.facts.tier, call.language) == (VIP.id, "vip", "en")
    identified = journal_of(call).the(CustomerIdentified)
    assert (identified.customer_id, identified.tier) == (VIP.id, "vip")
    assert journal_of(call).the(LanguageChosen).language == "en"


@pytest.mark.parametrize(
    ("by", "customer", "exit"),
    [
        (IdentifiedBy.NUMBER, UUID(int=1), "known"),
        (IdentifiedBy.EITHER, UUID(int=1), "known"),
        (IdentifiedBy.NUMBER, None, "unknown"),
    ],
)
async def test_a_number_may_be_enough(by: IdentifiedBy, customer: UUID | None, exit: str) -> None:
    call, enquiries, leg = a_call("", customer_id=customer)

    assert await identify(call, node(by)) == exit
    assert (enquiries.customers.asked, leg.heard) == ([], [])


async def test_a_number_is_not_enough_where_a_pin_is_asked_for() -> None:
    call, _, _ = a_call(RIGHT, customer_id=UUID(int=1))

    assert await identify(call, node(IdentifiedBy.PIN)) == "known"
    assert call.facts.customer_id == VIP.id


async def test_three_wrong_tries_are_the_end() -> None:
    call, enquiries, leg = a_call(WRONG * 3 + RIGHT)

    assert await identify(call, node()) == "unknown"
    assert len(enquiries.customers.asked) == 3
    assert leg.heard.count("zh/not-identified") == 3
    assert call.facts.customer_id is None


async def test_an_account_that_is_not_there_sounds_like_a_wrong_pin() -> None:
    heard = []
    for keys in (WRONG, "000000#4711#", "#4711#", "123456##"):
        call, _, leg = a_call(keys + RIGHT)
        assert await identify(call, node()) == "known"
        heard.append(leg.heard)

    assert heard[1:] == heard[:-1]


async def test_what_is_keyed_in_is_written_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    call, _, _ = a_call(WRONG + RIGHT)
    await identify(call, node())

    written = repr(journal_of(call).facts) + caplog.text + repr(call.facts.remembered())
    assert not any(secret in written for secret in ("123456", "4711", "9999"))


async def test_while_nobody_can_look_it_fails() -> None:
    call, enquiries, _ = a_call(RIGHT)
    enquiries.customers.broken = Unavailable("PostgreSQL: away")

    assert await identify(call, node()) == "failed"


async def test_who_hangs_up_meanwhile_ends_it() -> None:
    call, enquiries, leg = a_call(RIGHT)
    enquiries.customers.seconds = 10
    leg.vanish_after(3)

    with pytest.raises(CallerHungUp):
        await identify(call, node())
