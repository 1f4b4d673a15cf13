import itertools

import pytest

from ari_app.domain.facts import CallPlaced, EndReason, Happened, Outcome, PlaceKind
from ari_app.flows.active import MOST_KEYS, REACHED, Frame
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg


@pytest.mark.parametrize(("nearer", "further"), list(itertools.pairwise(REACHED)))
async def test_the_outcome_is_the_furthest_thing_reached(nearer: Outcome, further: Outcome) -> None:
    call = active_call(FakeLeg())

    call.reached(further)
    call.reached(nearer)

    assert call.outcome is further


@pytest.mark.parametrize("reason", [EndReason.FAULT, EndReason.PBX_RESTART])
@pytest.mark.parametrize(
    ("reached", "outcome"),
    [
        (Outcome.ABANDONED_IN_FLOW, Outcome.FAILED),
        (Outcome.SERVED_BY_FLOW, Outcome.FAILED),
        (Outcome.ABANDONED, Outcome.FAILED),
        (Outcome.FALLBACK, Outcome.FAILED),
        (Outcome.LEFT_MESSAGE, Outcome.LEFT_MESSAGE),
        (Outcome.TALKED, Outcome.TALKED),
    ],
)
async def test_a_call_that_was_taken_away_failed_unless_it_was_served(
    reached: Outcome, reason: EndReason, outcome: Outcome
) -> None:
    call = active_call(FakeLeg())
    call.reached(reached)

    call.end_reason = reason

    assert call.outcome_in_the_end is outcome


async def test_each_saved_step_counts_one_up_and_says_what_to_go_on_with() -> None:
    call = active_call(FakeLeg(), language="en", tier="vip")
    call.flow, call.flow_version, call.at = "hotline", "abc", "menu"
    call.keep("number", 7)
    call.keep("pin", 1234, secret=True)
    call.frames.append(Frame("outer", "v1", "check"))

    call.placed(PlaceKind.FLOW)
    call.placed(PlaceKind.QUEUE, queue="orders")

    first, second = journal_of(call).of(CallPlaced)
    assert (first.step, second.step) == (1, 2)
    assert (second.kind, second.flow_node) == (PlaceKind.QUEUE, "menu")
    assert second.state == {
        "language": "en",
        "priority": 0,
        "tier": "vip",
        "customer": None,
        "left": {},
        "agent_legs": 0,
        "promised_until": None,
        "outcome": "abandoned_in_flow",
        "variables": {"number": "7"},
        "frames": [["outer", "v1", "check"]],
        "flows": call.flows.version,
        "queue": "orders",
    }


async def test_there_is_no_room_for_a_variable_that_nobody_could_read() -> None:
    call = active_call(FakeLeg())
    call.keep("number", 7)

    for room in range(60):
        call.keep(f"v{room}", "x" * 199)
    call.keep("number", "y" * 200)

    assert call.look("v59") == ""
    assert call.look("number") == ""  # better not known than out of date
    assert call.filled("{call.dialled}{number}") == "95001"


async def test_a_storm_of_keys_ends_in_the_timeline_before_it_ends() -> None:
    call = active_call(FakeLeg())

    for _ in range(10 * MOST_KEYS):
        call.pressed("7")

    assert len(journal_of(call).of(Happened)) == MOST_KEYS
    assert call.keys == 10 * MOST_KEYS
