"""Puts the why of a decision together: bounded, and cheap enough for every decision."""

from collections.abc import Mapping

from ari_app.domain.acd.choice import AgentChoice, ContactChoice
from ari_app.domain.acd.contact import Wish
from ari_app.domain.acd.decision import (
    MOST_SHOWN,
    Candidate,
    Cause,
    Decision,
    Rule,
    Skip,
    SkipReason,
)
from ari_app.domain.acd.places import Seat, Waiter
from ari_app.domain.acd.rules import AgentRule

_RULES = {rule: Rule(rule.value) for rule in AgentRule}

Seats = Mapping[str, Seat]
# Rule, eligible, heads, considered, skipped.
_Compared = tuple[Rule, int, int, tuple[Candidate, ...], list[Skip]]


def agents_compared(
    waiter: Waiter, choice: AgentChoice, seats: Seats, now: float, cause: Cause
) -> Decision:
    """A contact was given, its queue's rule compared agents."""
    rule = waiter.queue.rules.rule
    seat = choice.best[0][2]
    considered = [
        Candidate(seat.id, _value(rule, choice, seat, now), now - seat.idle_since)
        for _, _, seat in choice.best
    ]
    skipped: list[Skip] = []
    eligible = choice.eligible
    if waiter.excluded is not None:
        skipped, ready = _excluded_agents(waiter, seats)
        eligible -= ready
    compared = _RULES[rule], eligible, choice.heads, tuple(considered), skipped
    return _decision(waiter, seat, seats, (now, cause), compared)


def contacts_compared(
    seat: Seat, choice: ContactChoice, seats: Seats, now: float, cause: Cause, rule: Rule
) -> Decision:
    """An agent was given, contacts were compared by score."""
    waiter = choice.best[0][1][2]
    considered = [
        Candidate(waiter.contact.id, -minus_score, now - entered)
        for minus_score, (entered, _, waiter) in choice.best
    ]
    compared = rule, choice.eligible, choice.heads, tuple(considered), choice.skipped
    return _decision(waiter, seat, seats, (now, cause), compared)


def owner_found(waiter: Waiter, seat: Seat, seats: Seats, now: float, cause: Cause) -> Decision:
    """The agent the contact wished for was free."""
    idle = now - seat.idle_since
    compared: _Compared = Rule.OWN_AGENT, 1, 1, (Candidate(seat.id, idle, idle),), []
    return _decision(waiter, seat, seats, (now, cause), compared)


def _decision(
    waiter: Waiter, seat: Seat, seats: Seats, when: tuple[float, Cause], compared: _Compared
) -> Decision:
    now, cause = when
    rule, eligible, heads, considered, skipped = compared
    contact, home = waiter.contact, waiter.home
    request = home.demand.request
    waited = now - contact.entered
    wish = contact.wish
    if wish is not None:
        skipped = skipped + _wish_not_kept(waiter, wish, seat, seats)
    return Decision(
        contact.id,
        seat.id,
        contact.queue,
        cause,
        rule,
        now,
        waited,
        now - seat.idle_since,
        home.points + home.slope * waited,
        request.requires,
        waiter.step,
        request.preferences_met(seat.pool.profile) if request.prefers else 0,
        eligible,
        heads,
        considered,
        tuple(skipped),
        waiter.queue.held,
        wish.kind if wish is not None and wish.agent == seat.id else None,
    )


def _value(rule: AgentRule, choice: AgentChoice, seat: Seat, now: float) -> float:
    if rule is AgentRule.LONGEST_IDLE:
        return now - seat.idle_since
    return seat.calls if rule is AgentRule.FEWEST_CALLS else choice.band.surplus


def _excluded_agents(waiter: Waiter, seats: Seats) -> tuple[list[Skip], int]:
    """Ready agents this contact was kept from: some by name, and how many."""
    pools = waiter.home.demand.mask
    kept = [
        agent_id
        for agent_id in waiter.excluded or ()
        if (seat := seats.get(agent_id)) is not None and seat.ready and seat.pool.bit & pools
    ]
    return [Skip(agent_id, SkipReason.EXCLUDED) for agent_id in kept[:MOST_SHOWN]], len(kept)


def _wish_not_kept(waiter: Waiter, wish: Wish, chosen: Seat, seats: Seats) -> list[Skip]:
    if wish.agent == chosen.id:
        return []
    seat = seats.get(wish.agent)
    if seat is None:
        reason = SkipReason.WISH_AWAY
    elif waiter.excludes(wish.agent):
        return []  # said already, or no longer worth saying
    elif not waiter.home.demand.is_met_by(seat.pool):
        reason = SkipReason.WISH_UNFIT
    else:
        reason = SkipReason.WISH_BUSY
    return [Skip(wish.agent, reason)]
