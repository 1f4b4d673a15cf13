import asyncio

import pytest

from ari_app.domain.errors import CallerHungUp, Unavailable
from ari_app.domain.flow import LookingUp
from ari_app.flows.active import ActiveCall
from ari_app.flows.look_up import look_up
from tests.fakes.calls import active_call, journal_of
from tests.fakes.enquiries import FakeEnquiries
from tests.fakes.telephony import FakeLeg

NODE = LookingUp(
    query="status",
    arguments={"number": "{number}", "who": "{call.caller}"},
    variables={"state": "status"},
    found="a",
    nothing="b",
    failed="c",
)
FOUND = {"status": "shipped", "more": "x"}


def a_call(
    answer: dict[str, str] | Exception | None, seconds: float = 0.0
) -> tuple[ActiveCall, FakeLeg, FakeEnquiries]:
    enquiries = FakeEnquiries()
    enquiries.lookups.answers["status"] = answer
    enquiries.lookups.seconds = seconds
    call = active_call(leg := FakeLeg(), caller="13800138000")
    call.enquiries = enquiries.asked
    call.keep("number", "42")
    call.keep("state", "from before")
    return call, leg, enquiries


async def test_what_is_found_is_known_by_variables() -> None:
    call, leg, enquiries = a_call(FOUND)

    assert await look_up(call, NODE) == "found"
    assert enquiries.lookups.asked == [("status", {"number": "42", "who": "13800138000"})]
    assert call.look("state") == "shipped"
    assert leg.heard == []
    assert "42" not in repr(journal_of(call).facts)


@pytest.mark.parametrize(
    ("answer", "exit"), [(None, "nothing"), (Unavailable("no answer in time"), "failed")]
)
async def test_an_old_answer_is_forgotten_when_there_is_no_new_one(
    answer: Exception | None, exit: str
) -> None:
    call, _, _ = a_call(answer)

    assert await look_up(call, NODE) == exit
    assert call.look("state") == ""


@pytest.mark.parametrize(
    ("seconds", "heard", "music"),
    [(1.4, [], False), (2.0, ["zh/one-moment-please"], False), (5, ["zh/one-moment-please"], True)],
)
async def test_who_waits_longer_than_a_moment_hears_so_and_then_music(
    seconds: float, heard: list[str], music: bool
) -> None:
    call, leg, _ = a_call(FOUND, seconds)
    asking = asyncio.create_task(look_up(call, NODE))
    await asyncio.sleep(4)

    assert (leg.heard, leg.music) == (heard, music)
    assert await asking == "found"
    assert not leg.music


async def test_a_caller_who_hangs_up_meanwhile_ends_it() -> None:
    call, leg, _ = a_call(FOUND, 10)
    leg.vanish_after(2)

    with pytest.raises(CallerHungUp):
        await look_up(call, NODE)
