import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.errors import IllegalTransition, NotFound
from ari_app.domain.facts import AgentMoved, AgentWished
from ari_app.domain.staff import Presence
from ari_app.workers.roster import Roster, Seat
from tests.fakes.clock import NOON, LoopClock
from tests.fakes.floor import an_agent
from tests.fakes.journal import FakeJournal

S, R = AgentState, Reason
CALL = UUID(int=7)


@pytest.fixture
async def journal() -> FakeJournal:
    return FakeJournal()


@pytest.fixture
async def roster(journal: FakeJournal) -> Roster:
    roster = Roster(journal, LoopClock())
    roster.load([an_agent(8001), an_agent(8002)])
    return roster


def a_presence(state: AgentState, reason: Reason, version: int = 41) -> Presence:
    return Presence(state, NOON - timedelta(seconds=90), reason, None, None, version)


async def test_a_move_is_written_with_its_reason_and_the_next_version(
    roster: Roster, journal: FakeJournal
) -> None:
    roster.ask(roster.seat(8001), S.READY, R.LOGIN)
    roster.move(roster.seat(8001), S.RESERVED, R.OFFER, seconds=15, call_id=CALL)

    login, offer = journal.of(AgentMoved)
    assert (login.version, login.state, login.reason) == (1, "ready", "login")
    assert (offer.version, offer.until, offer.call_id) == (2, NOON + timedelta(seconds=15), CALL)


async def test_an_illegal_move_is_refused_and_nothing_is_written(
    roster: Roster, journal: FakeJournal
) -> None:
    with pytest.raises(IllegalTransition):
        roster.move(roster.seat(8001), S.TALKING, R.ACCEPTED)
    assert journal.facts == []
    assert roster.seat(8001).state is S.LOGGED_OUT


async def test_who_watches_hears_of_a_move_after_it_was_written(
    roster: Roster, journal: FakeJournal
) -> None:
    heard: list[tuple[AgentState, int]] = []
    roster.watch(lambda seat: heard.append((seat.state, len(journal.facts))))

    roster.ask(roster.seat(8001), S.READY, R.LOGIN)

    assert heard == [(S.READY, 1)]


async def test_a_wish_of_an_idle_agent_comes_true_at_once(roster: Roster) -> None:
    assert roster.ask(roster.seat(8001), S.READY, R.LOGIN)
    assert roster.seat(8001).state is S.READY


async def test_a_wish_of_a_busy_agent_waits_for_the_end_of_the_work(
    roster: Roster, journal: FakeJournal
) -> None:
    seat = roster.seat(8001)
    roster.ask(seat, S.READY, R.LOGIN)
    roster.move(seat, S.RESERVED, R.OFFER)

    assert not roster.ask(seat, S.PAUSED, R.LUNCH)
    assert len(journal.of(AgentMoved)) == 2
    roster.free(seat, R.RESCINDED)
    assert (seat.state, seat.agent.reason) == (S.PAUSED, R.LUNCH)


async def test_a_wish_is_written_and_goes_along_with_each_move_until_it_comes_true(
    roster: Roster, journal: FakeJournal
) -> None:
    seat = roster.seat(8001)
    roster.ask(seat, S.READY, R.LOGIN)
    roster.move(seat, S.RESERVED, R.OFFER)
    roster.ask(seat, S.PAUSED, R.LUNCH)
    roster.ask(seat, S.PAUSED, R.LUNCH)
    roster.move(seat, S.TALKING, R.ACCEPTED)
    roster.move(seat, S.WRAP_UP, R.CALL_ENDED)
    roster.free(seat, R.WRAP_UP_OVER)

    wishes = [(wish.version, wish.state, wish.reason) for wish in journal.of(AgentWished)]
    assert wishes == [(version, "paused", "lunch") for version in (2, 3, 4)]
    assert (seat.version, seat.state) == (5, S.PAUSED)


async def test_a_wish_that_is_taken_back_is_written_as_none(
    roster: Roster, journal: FakeJournal
) -> None:
    seat = roster.seat(8001)
    roster.ask(seat, S.READY, R.LOGIN)
    roster.move(seat, S.RESERVED, R.OFFER)
    roster.ask(seat, S.LOGGED_OUT, R.LOGOUT)
    roster.ask(seat, S.READY, R.LOGIN)

    assert [wish.state for wish in journal.of(AgentWished)] == ["logged_out", None]


async def test_another_reason_to_pause_is_a_move_of_its_own(
    roster: Roster, journal: FakeJournal
) -> None:
    seat = roster.seat(8001)
    roster.ask(seat, S.READY, R.LOGIN)
    roster.ask(seat, S.PAUSED, R.BREAK)

    assert roster.ask(seat, S.PAUSED, R.LUNCH)
    assert [move.reason for move in journal.of(AgentMoved)] == ["login", "break", "lunch"]


async def test_asking_for_what_is_so_already_writes_nothing(
    roster: Roster, journal: FakeJournal
) -> None:
    roster.ask(roster.seat(8001), S.READY, R.LOGIN)

    assert roster.ask(roster.seat(8001), S.READY, R.LOGIN)
    assert len(journal.facts) == 1


async def test_everybody_is_put_where_they_were_last_seen() -> None:
    roster = Roster(FakeJournal(), LoopClock())
    roster.load([an_agent(8001, a_presence(S.PAUSED, R.LUNCH))])

    seat = roster.seat(8001)
    assert (seat.state, seat.agent.reason, seat.agent.since) == (S.PAUSED, R.LUNCH, -90)


async def test_versions_go_on_where_an_earlier_process_stopped() -> None:
    journal = FakeJournal()
    roster = Roster(journal, LoopClock())
    roster.load([an_agent(8001, a_presence(S.PAUSED, R.LUNCH, version=41))])

    roster.ask(roster.seat(8001), S.READY, R.BACK)

    assert journal.the(AgentMoved).version == 42


async def test_loading_again_changes_the_person_and_keeps_the_state(roster: Roster) -> None:
    roster.ask(roster.seat(8001), S.READY, R.LOGIN)

    roster.load([an_agent(8001, complaints=3)])

    seat = roster.seat(8001)
    assert seat.state is S.READY
    assert dict(seat.member.profile.levels) == {"complaints": 3}


async def test_an_agent_is_found_by_the_phone(roster: Roster) -> None:
    assert roster.at_phone("phone-8002") is roster.seat(8002)


@pytest.mark.parametrize("endpoint", ["phone-8003", "", "world"])
async def test_a_phone_of_nobody_is_not_found(roster: Roster, endpoint: str) -> None:
    with pytest.raises(NotFound):
        roster.at_phone(endpoint)


async def test_an_agent_who_does_not_exist_is_not_found(roster: Roster) -> None:
    with pytest.raises(NotFound):
        roster.seat(1)


async def test_a_timer_of_an_earlier_state_is_cancelled_by_a_move(roster: Roster) -> None:
    seat = roster.seat(8001)
    fired: list[Seat] = []
    seat.timer = asyncio.get_running_loop().call_later(1, fired.append, seat)

    roster.ask(seat, S.READY, R.LOGIN)
    await asyncio.sleep(2)

    assert seat.timer is None
    assert fired == []
