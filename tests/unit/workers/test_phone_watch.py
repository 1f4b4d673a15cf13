"""Which phones Asterisk is asked about, and what of it that it does not answer."""

from collections.abc import Mapping
from datetime import datetime

import pytest

from ari_app.domain.agent import AgentState
from ari_app.domain.errors import HotlineError, NotFound, Unavailable
from ari_app.workers.phone_watch import PhoneWatch
from ari_app.workers.phones import Phones
from tests.fakes.floor import Floor, an_agent


class Switch:
    def __init__(self, states: Mapping[str, str], fault: HotlineError | None = None) -> None:
        self.followed: list[str] = []
        self._states, self._fault = states, fault

    async def follow_phone(self, phone: str) -> None:
        self.followed.append(phone)
        if self._fault:
            raise self._fault

    async def phones(self, now: datetime) -> Mapping[str, str]:
        if self._fault:
            raise self._fault
        return self._states


def watch(floor: Floor, switch: Switch) -> PhoneWatch:
    phones = Phones(floor.dispatcher)
    return PhoneWatch(switch, floor.dispatcher.roster, phones, floor.dispatcher.clock)


async def test_every_phone_of_the_roster_is_followed_and_looked_at() -> None:
    floor, switch = Floor(an_agent(), an_agent(8002)), Switch({"phone-8001": "offline"})
    floor.log_in()

    await watch(floor, switch).meet()

    assert sorted(switch.followed) == ["phone-8001", "phone-8002"]
    assert floor.state() is AgentState.PHONE_LOST


@pytest.mark.parametrize("fault", [NotFound("endpoint", "phone-8001"), Unavailable("no answer")])
async def test_whoever_cannot_be_followed_keeps_nobody_else_from_it(fault: HotlineError) -> None:
    floor, switch = Floor(an_agent(), an_agent(8002)), Switch({}, fault)
    floor.log_in()

    await watch(floor, switch).meet()

    assert len(switch.followed) == 2
    assert floor.state() is AgentState.READY
