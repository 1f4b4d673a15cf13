"""What becomes of an agent whose offer came to nothing."""

from ari_app.domain.agent import AgentState, Reason
from ari_app.domain.facts import OfferResult
from ari_app.domain.missed import MissedRule
from ari_app.workers.roster import Roster, Seat

# Q.850: what a phone that refuses, and one that cannot be reached, answer with.
REFUSED = frozenset({17, 21})
UNREACHABLE = frozenset({1, 2, 3, 20, 27, 38, 41, 44, 47, 58, 66, 88, 127})
AFTER = {
    OfferResult.TIMED_OUT: Reason.MISSED,
    OfferResult.REFUSED: Reason.REFUSED,
    OfferResult.RESCINDED: Reason.RESCINDED,
}


def failure(cause: int | None) -> OfferResult:
    """What a leg that did not answer says about the agent."""
    if cause in REFUSED:
        return OfferResult.REFUSED
    return OfferResult.FAILED if cause in UNREACHABLE else OfferResult.TIMED_OUT


def after_failure(
    roster: Roster, seat: Seat, result: OfferResult, rule: MissedRule
) -> Reason | None:
    """The reason to be ready again, or None when the agent is taken out of the line."""
    if result is OfferResult.FAILED:
        roster.move(seat, AgentState.PHONE_LOST, Reason.PHONE_GONE)
        return None
    if rule.counts(result):
        seat.missed += 1
        if rule.pauses_at(seat.missed) and seat.agent.next is None:
            roster.move(seat, AgentState.PAUSED, Reason.MISSED_OFFERS)
            return None
    return AFTER[result]
