from datetime import datetime, timedelta
from uuid import UUID

import pytest

from ari_app.domain.acd.contact import Wish, WishKind
from ari_app.domain.acd.past import (
    KeptBy,
    KeptPlace,
    LastStay,
    OwnAgents,
    Past,
    Rescue,
    RescueFor,
    Talk,
    kept_place,
    wish_after,
    wishes,
)
from ari_app.domain.facts import EndReason
from tests.fakes.clock import NOON

ORDERS, SUPPORT = UUID(int=1), UUID(int=2)
SINCE = NOON - timedelta(minutes=10)
HUNG_UP, LOST = EndReason.CALLER_HUNG_UP, EndReason.TRUNK_LOST


def left(reason: EndReason, *, agent: int | None = None, at: datetime = NOON) -> Past:
    return Past(stay=LastStay({ORDERS: SINCE}, at, reason, agent))


@pytest.mark.parametrize(
    ("past", "whom", "seconds", "kept"),
    [
        (left(LOST), RescueFor.CUT_OFF, 300, KeptPlace(SINCE, KeptBy.CUT_OFF)),
        (left(LOST), RescueFor.CUT_OFF, 301, None),
        (left(LOST), RescueFor.NOBODY, 1, None),
        (left(HUNG_UP), RescueFor.CUT_OFF, 1, None),
        (left(HUNG_UP), RescueFor.ALL, 1, KeptPlace(SINCE, KeptBy.CALLED_AGAIN)),
        (left(LOST, agent=7), RescueFor.CUT_OFF, 1, KeptPlace(SINCE, KeptBy.TALK_CUT_OFF, 7)),
        (left(HUNG_UP, agent=7), RescueFor.ALL, 1, None),
        (Past(callbacks={ORDERS: SINCE}), RescueFor.NOBODY, 9e4, KeptPlace(SINCE, KeptBy.CALLBACK)),
        (Past(), RescueFor.ALL, 1, None),
    ],
)
def test_who_calls_again_has_the_old_place_as_the_queue_says(
    past: Past, whom: RescueFor, seconds: float, kept: KeptPlace | None
) -> None:
    arrived = NOON + timedelta(seconds=seconds)

    assert kept_place(past, ORDERS, Rescue(whom, 300), arrived) == kept


def test_another_queue_is_another_wait() -> None:
    assert kept_place(left(LOST), SUPPORT, Rescue(), NOON) is None


@pytest.mark.parametrize("reason", EndReason)
def test_nobody_is_cut_off_who_ended_the_call_or_was_served(reason: EndReason) -> None:
    by_wish = {
        EndReason.CALLER_HUNG_UP,
        EndReason.AGENT_HUNG_UP,
        EndReason.FLOW_ENDED,
        EndReason.REFUSED,
    }

    assert LastStay({}, NOON, reason).was_cut_off == (reason not in by_wish)


def test_the_named_agent_comes_before_the_own_one_and_the_last_one() -> None:
    own = OwnAgents(named=60, preferred=30, last=15, last_within=3600)
    past = Past(preferred=2, last=Talk(3, NOON - timedelta(hours=1)))

    assert wishes(past, own, NOON, named=1, cut_off_from=4) == [
        Wish("1", 60, WishKind.NAMED),
        Wish("4", 0, WishKind.CUT_OFF),
        Wish("2", 30, WishKind.PREFERRED),
        Wish("3", 15, WishKind.LAST),
    ]


def test_what_the_queue_gives_no_patience_for_is_no_wish() -> None:
    past = Past(preferred=2, last=Talk(3, NOON))

    assert wishes(past, OwnAgents(0, 0, 0), NOON, named=1, cut_off_from=None) == []


def test_a_talk_of_too_long_ago_is_forgotten() -> None:
    past = Past(last=Talk(3, NOON - timedelta(seconds=3601)))

    assert (
        wishes(past, OwnAgents(last=15, last_within=3600), NOON, named=None, cut_off_from=None)
        == []
    )


def test_the_first_wish_whose_agent_is_here_counts() -> None:
    found = [Wish("1", 60), Wish("2", 30)]

    assert wish_after(found, 0, lambda agent: agent == "2") == Wish("2", 30)
    assert wish_after(found, 0, lambda agent: False) == Wish("1", 60)
    assert wish_after([], 0, lambda agent: True) is None


def test_the_time_waited_already_is_taken_off_the_patience() -> None:
    assert wish_after([Wish("1", 60)], 45, lambda agent: True) == Wish("1", 15)
    assert wish_after([Wish("1", 60)], 60, lambda agent: True) is None
    assert wish_after([Wish("1", 0)], 60, lambda agent: True) == Wish("1", 0)


def test_patience_that_nobody_has_and_times_farther_back_than_anybody_looks_are_named() -> None:
    own = OwnAgents(named=0, preferred=600, last=700, last_within=31 * 86_400)

    assert [*own.problems("queue 'orders'", 600), *Rescue(within=86_401).problems("queue 'x'")] == [
        "queue 'orders': preferred_agent_seconds 600 is not below max_wait_seconds 600, nobody else"
        " would ever be asked; make it shorter",
        "queue 'orders': last_agent_seconds 700 is not below max_wait_seconds 600, nobody else"
        " would ever be asked; make it shorter",
        "queue 'orders': last_agent_within_seconds 2678400 is more than 2592000, the farthest"
        " back that anybody looks",
        "queue 'x': rescue_within_seconds 86401 is more than 86400, the farthest back that anybody"
        " looks",
    ]
