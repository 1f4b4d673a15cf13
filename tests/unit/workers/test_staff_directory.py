"""Changed agents are known at once, and nobody is moved by it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.errors import NotFound, Unavailable
from ari_app.domain.facts import AgentMoved
from ari_app.domain.missed import MissedRule, MissedRules
from ari_app.domain.pauses import PauseReason, Pauses
from ari_app.domain.skill import SkillProfile
from ari_app.flows.beside import beside
from ari_app.store import agents, missed, pauses
from ari_app.workers.staff_directory import StaffDirectory
from tests.fakes.floor import WRAP_UP_SECONDS, Floor, an_agent
from tests.fakes.telephony import answers


class Rows:
    """What PostgreSQL has, and a way to say that it changed."""

    def __init__(self, *members: Any) -> None:
        self.members = list(members)
        self.pauses = Pauses()
        self.missed = MissedRules()
        self.met = 0
        self.tell: Callable[[], object] = str
        self.fails: Exception | None = None

    async def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        if self.fails is not None:
            raise self.fails
        return await question(self)

    async def listen(self, heard: Callable[[], object]) -> None:
        self.tell = heard
        heard()
        await asyncio.Event().wait()

    async def meet_phones(self) -> None:
        self.met += 1

    async def change(self, **changed: Any) -> None:
        self.members = [replace(self.members[0], **changed), *self.members[1:]]
        await self.tell_and_wait()

    async def tell_and_wait(self) -> None:
        self.tell()
        await asyncio.sleep(0.1)


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Rows:
    rows = Rows(an_agent(8001, orders=5))

    async def load(_: object) -> list[Any]:
        return rows.members

    async def load_pauses(_: object) -> Pauses:
        return rows.pauses

    async def load_missed(_: object) -> MissedRules:
        return rows.missed

    monkeypatch.setattr(agents, "load", load)
    monkeypatch.setattr(missed, "load", load_missed)
    monkeypatch.setattr(pauses, "load", load_pauses)
    return rows


@asynccontextmanager
async def followed(rows: Rows, floor: Floor) -> Any:
    ask: Any = rows.ask
    directory = StaffDirectory(ask, rows.listen, floor.dispatcher, rows.meet_phones)
    async with beside(directory.run(), "staff"):
        await asyncio.sleep(0.1)
        yield


async def test_a_changed_agent_stays_in_the_state_and_is_who_the_row_says(rows: Rows) -> None:
    floor = Floor(*rows.members)
    floor.log_in()

    async with followed(rows, floor):
        await rows.change(name="Zhang", phone="p-new", has_pin=True)

    assert (floor.state(), floor.seat().member.has_pin) == (AgentState.READY, True)
    assert floor.roster.at_phone("p-new") is floor.seat()
    with pytest.raises(NotFound):
        floor.roster.at_phone("phone-8001")


async def test_a_skill_that_is_given_brings_the_call_that_waited_for_it(rows: Rows) -> None:
    rows.members[0] = replace(rows.members[0], profile=SkillProfile.of({"billing": 5}))
    floor = Floor(*rows.members)
    floor.log_in()

    async with followed(rows, floor), floor.waiting() as place:
        await asyncio.sleep(30)
        assert floor.exchange.rung == []
        await rows.change(profile=SkillProfile.of({"orders": 1}))
        assert (await place.agent()).agent_id == 8001


async def test_who_is_logged_out_may_get_other_skills(rows: Rows) -> None:
    floor = Floor(*rows.members)

    async with followed(rows, floor):
        await rows.change(profile=SkillProfile.of({"billing": 5}))

    assert dict(floor.seat().member.profile.levels) == {"billing": 5}


async def test_what_cannot_be_read_changes_nothing_and_is_read_later(
    rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    floor = Floor(*rows.members)

    async with followed(rows, floor):
        rows.fails = Unavailable("PostgreSQL")
        await rows.change(name="Zhang")
        assert floor.seat().member.name == "Agent 8001"
        rows.fails = None
        await asyncio.sleep(10)

    assert floor.seat().member.name == "Zhang"
    assert "stays as it was" in caplog.text


async def test_what_is_wrong_changes_nothing_until_the_next_change(
    rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    floor = Floor(*rows.members)

    async with followed(rows, floor):
        rows.fails = NotFound("skill", "x")
        await rows.change(name="Zhang")
        rows.fails = None
        await asyncio.sleep(10)
        assert floor.seat().member.name == "Agent 8001"
        await rows.change(name="Li")

    assert floor.seat().member.name == "Li"
    assert "staff stays as it was" in caplog.text


async def test_a_changed_limit_holds_for_the_next_pause(rows: Rows) -> None:
    floor = Floor(*rows.members)
    floor.log_in()

    async with followed(rows, floor):
        rows.pauses = Pauses([PauseReason(Reason.BREAK, "小休", "Break", "1", 60, is_work=False)])
        await rows.change(name="Zhang")
        floor.pause()

    assert floor.seat().until == floor.clock.now() + timedelta(seconds=60)


async def test_a_changed_rule_about_missed_offers_holds_at_once(rows: Rows) -> None:
    floor = Floor(*rows.members)

    async with followed(rows, floor):
        rows.missed = MissedRules(MissedRule(before_pause=5))
        await rows.change(name="Zhang")

    assert floor.dispatcher.missed_rules.site.before_pause == 5


async def test_who_is_new_can_log_in_and_is_shown_to_whoever_watches(rows: Rows) -> None:
    floor = Floor(*rows.members)
    seen: list[int] = []
    floor.roster.watch(lambda seat: seen.append(seat.member.id))

    async with followed(rows, floor):
        rows.members.append(an_agent(8002))
        await rows.change()
        floor.phone(8002, answers())
        floor.log_in(8002)
        await floor.talk(1)

    assert seen[0] == 8002
    assert floor.state(8002) is AgentState.WRAP_UP


@pytest.mark.parametrize(
    ("changed", "met"), [({"phone": "p-new"}, 1), ({"name": "Zhang"}, 0), ({}, 0)]
)
async def test_asterisk_is_asked_whether_a_phone_that_is_new_is_there(
    rows: Rows, changed: dict[str, Any], met: int
) -> None:
    floor = Floor(*rows.members)

    async with followed(rows, floor):
        await rows.change(**changed)

    assert rows.met == met


async def test_who_is_dismissed_is_logged_out_and_cannot_log_in_any_more(rows: Rows) -> None:
    floor = Floor(*rows.members)
    floor.log_in()

    async with followed(rows, floor):
        rows.members = []
        await rows.tell_and_wait()
        assert [moved.reason for moved in floor.journal.of(AgentMoved)][-1] == "dismissed"

    assert list(floor.roster.seats()) == []
    with pytest.raises(NotFound):
        floor.roster.at_phone("phone-8001")
    with pytest.raises(NotFound):
        floor.seat()


async def test_who_is_dismissed_in_a_talk_finishes_it_and_the_wrap_up(rows: Rows) -> None:
    floor = Floor(*rows.members)
    floor.log_in()

    async with followed(rows, floor), floor.waiting() as place:
        await place.agent()
        rows.members = []
        await rows.tell_and_wait()
        assert floor.state() is AgentState.TALKING

    assert floor.state() is AgentState.WRAP_UP
    await asyncio.sleep(WRAP_UP_SECONDS + 1)
    assert list(floor.roster.seats()) == []


async def test_who_is_hired_again_is_new(rows: Rows) -> None:
    floor = Floor(*(members := rows.members))

    async with followed(rows, floor):
        rows.members = []
        await rows.tell_and_wait()
        rows.members = members
        await rows.tell_and_wait()
        floor.log_in()

    assert (floor.state(), rows.met) == (AgentState.READY, 1)


async def test_an_agent_whose_phone_is_taken_away_is_offered_nothing(rows: Rows) -> None:
    floor = Floor(*rows.members)
    floor.log_in()

    async with followed(rows, floor):
        await rows.change(phone=None)
        async with floor.waiting():
            assert (floor.state(), floor.exchange.rung) == (AgentState.PHONE_LOST, [])
