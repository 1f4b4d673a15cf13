from ari_app.domain.facts import Outcome
from ari_app.domain.flow import Hangup
from ari_app.flows.hangup import hang_up
from tests.fakes.calls import active_call
from tests.fakes.telephony import FakeLeg


async def test_the_flow_says_goodbye_and_has_served_the_caller() -> None:
    leg = FakeLeg()
    call = active_call(leg)

    await hang_up(call, Hangup())

    assert leg.heard == ["zh/goodbye"]
    assert call.outcome is Outcome.SERVED_BY_FLOW


async def test_goodbye_takes_nothing_back() -> None:
    call = active_call(FakeLeg())
    call.reached(Outcome.TALKED)

    await hang_up(call, Hangup())

    assert call.outcome is Outcome.TALKED
