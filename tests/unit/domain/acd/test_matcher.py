import math

import msgspec
import pytest

from ari_app.domain.acd.contact import Contact, Tier, Wish, WishKind
from ari_app.domain.acd.decision import Cause, Decision, Rule, Skip, SkipReason
from ari_app.domain.acd.matcher import Matcher
from ari_app.domain.acd.rules import AgentRule, QueueRules, Relaxation
from ari_app.domain.errors import Conflict, NotFound
from ari_app.domain.skill import RequestType, SkillProfile

CLERK = SkillProfile.of({"orders": 2})
EXPERT = SkillProfile.of({"orders": 9})
SALES = QueueRules(id="sales", requires={"orders": 1})


def a_call(id: str = "call", queue: str = "sales", entered: float = 0.0, **more: object) -> Contact:
    return msgspec.structs.replace(Contact(id, queue, entered), **more)


def pair(decision: Decision | None) -> tuple[str, str] | None:
    return (decision.contact, decision.agent) if decision else None


def pairs(decisions: list[Decision]) -> list[tuple[str, str] | None]:
    return [pair(decision) for decision in decisions]


# Who is chosen


def test_the_agent_who_has_been_idle_longest_takes_the_call() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("late", CLERK, 10)
    matcher.agent_ready("restored", CLERK, 11, idle_since=1)
    matcher.agent_ready("early", EXPERT, 12, idle_since=5)

    decision = matcher.contact_waits(a_call(entered=20), 20)

    assert pair(decision) == ("call", "restored")
    assert decision is not None
    assert [(c.id, c.seconds) for c in decision.considered] == [("restored", 19), ("early", 15)]
    assert (decision.eligible, decision.heads, decision.rule) == (3, 2, Rule.LONGEST_IDLE)


def test_agents_equally_long_idle_take_turns_in_the_order_they_became_ready() -> None:
    matcher = Matcher([SALES])
    for agent in ("b", "a", "c"):
        matcher.agent_ready(agent, CLERK, 10)

    taken = [pair(matcher.contact_waits(a_call(f"call-{n}"), 11)) for n in range(3)]

    assert taken == [("call-0", "b"), ("call-1", "a"), ("call-2", "c")]


def test_the_least_over_qualified_agent_goes_first_and_spares_the_expert() -> None:
    matcher = Matcher([QueueRules(id="sales", rule=AgentRule.LEAST_OVERQUALIFIED)])
    matcher.agent_ready("expert", EXPERT, 1)
    matcher.agent_ready("clerk", CLERK, 9)

    assert pair(matcher.contact_waits(a_call(), 10)) == ("call", "clerk")


def test_the_agent_with_the_fewest_calls_takes_the_call() -> None:
    matcher = Matcher([QueueRules(id="sales", rule=AgentRule.FEWEST_CALLS)])
    matcher.agent_ready("veteran", CLERK, 1, calls=7)
    matcher.agent_ready("novice", EXPERT, 9, calls=2)

    decision = matcher.contact_waits(a_call(), 10)

    assert decision is not None
    assert [(c.id, c.value) for c in decision.considered] == [("novice", 2), ("veteran", 7)]


def test_preferred_skills_come_before_the_rule() -> None:
    matcher = Matcher([QueueRules(id="sales", prefers={"vip": 1})])
    matcher.agent_ready("plain", CLERK, 1)
    matcher.agent_ready("liked", SkillProfile.of({"vip": 3}), 9)

    decision = matcher.contact_waits(a_call(), 10)

    assert decision is not None
    assert (decision.agent, decision.preferred_met, decision.eligible) == ("liked", 1, 2)


def test_a_free_agent_takes_the_highest_score_of_all_queues() -> None:
    matcher = Matcher([SALES, QueueRules(id="vip-line", priority=1)])
    matcher.contact_waits(a_call("old", entered=0), 0)
    matcher.contact_waits(a_call("gold", entered=30, tier=Tier.GOLD), 30)
    matcher.contact_waits(a_call("urgent", "vip-line", entered=35), 35)

    taken = [pair(matcher.agent_ready(agent, EXPERT, 40)) for agent in "abc"]

    assert taken == [("gold", "a"), ("urgent", "b"), ("old", "c")]


def test_waiting_long_enough_beats_priority() -> None:
    matcher = Matcher([SALES])
    matcher.contact_waits(a_call("old", entered=0), 0)
    matcher.contact_waits(a_call("gold", entered=121, tier=Tier.GOLD), 121)

    assert pair(matcher.agent_ready("a", CLERK, 130)) == ("old", "a")


def test_equal_scores_go_to_whoever_entered_first() -> None:
    matcher = Matcher([QueueRules(id="sales", ageing=0.0), QueueRules(id="b", ageing=0.0)])
    matcher.contact_waits(a_call("second", "b", entered=5), 5)
    matcher.contact_waits(a_call("first", entered=4), 6)

    assert pair(matcher.agent_ready("a", CLERK, 9)) == ("first", "a")


def test_only_members_of_a_queue_take_its_calls() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("outsider", EXPERT, 1, queues=frozenset({"service"}))

    assert matcher.contact_waits(a_call(), 2) is None
    assert pair(matcher.agent_ready("member", CLERK, 3, queues=frozenset({"sales"}))) == (
        "call",
        "member",
    )


def test_what_a_contact_needs_of_its_own_is_required_too() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("clerk", CLERK, 1)
    needs = RequestType.of({"en": 3})

    assert matcher.contact_waits(a_call(needs=needs), 2) is None
    speaker = SkillProfile.of({"orders": 1, "en": 4})
    decision = matcher.agent_ready("speaker", speaker, 3)
    assert decision is not None
    assert decision.requires == {"orders": 1, "en": 3}


# Reservations


def test_a_reserved_agent_gets_nothing_else_until_ready_again() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 1)
    matcher.contact_waits(a_call("one"), 2)

    assert matcher.contact_waits(a_call("two"), 3) is None
    assert matcher.contact_gone("one", 4) is None
    assert pair(matcher.agent_ready("a", CLERK, 5)) == ("two", "a")


def test_a_refused_contact_goes_to_another_agent_and_keeps_its_place() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 1)
    matcher.contact_waits(a_call("first", entered=2), 2)
    matcher.contact_waits(a_call("second", entered=3), 3)

    undone = matcher.decision_undone("first", "a", 20, excluded=True, agent_back=False)

    assert undone == []
    assert matcher.position("first", 20) == 1
    assert pair(matcher.agent_ready("b", CLERK, 21)) == ("first", "b")


def test_an_agent_who_refused_gets_the_next_contact_and_the_why_names_the_first() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 1)
    matcher.contact_waits(a_call("first", entered=2), 2)
    matcher.contact_waits(a_call("second", entered=3), 3)

    undone = matcher.decision_undone("first", "a", 20, excluded=True, agent_back=True)

    assert pairs(undone) == [("second", "a")]
    assert undone[0].skipped == (Skip("first", SkipReason.EXCLUDED),)


def test_an_exclusion_ends_after_a_while() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 1)
    matcher.contact_waits(a_call(), 2)
    matcher.decision_undone("call", "a", 20, excluded=True, agent_back=True)

    assert matcher.next_deadline() == 80
    assert matcher.advance(79.9) == []
    decisions = matcher.advance(80)
    assert pairs(decisions) == [("call", "a")]
    assert decisions[0].cause is Cause.EXCLUSION_ENDED


def test_a_contact_that_comes_with_exclusions_avoids_those_agents() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 1)
    matcher.agent_ready("b", CLERK, 2)

    decision = matcher.contact_waits(a_call(excluded=frozenset({"a"})), 3)

    assert decision is not None
    assert (decision.agent, decision.eligible) == ("b", 1)
    assert decision.skipped == (Skip("a", SkipReason.EXCLUDED),)


def test_an_agent_back_from_an_undone_offer_keeps_the_place_in_the_idle_order() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 1)
    matcher.agent_ready("b", CLERK, 2)
    matcher.contact_waits(a_call("one"), 3)
    matcher.contact_gone("one", 4)
    matcher.agent_ready("a", CLERK, 4, idle_since=1)

    assert pair(matcher.contact_waits(a_call("two"), 5)) == ("two", "a")


def test_an_agent_who_left_while_reserved_leaves_the_contact_to_others() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 1)
    matcher.contact_waits(a_call(), 2)
    matcher.agent_gone("a", 3)
    matcher.agent_ready("b", CLERK, 3)

    undone = matcher.decision_undone("call", "a", 4, excluded=True, agent_back=True)

    assert pairs(undone) == [("call", "b")]
    assert not matcher.is_ready("a")


def test_an_offer_that_was_not_made_cannot_be_undone() -> None:
    matcher = Matcher([SALES])
    matcher.contact_waits(a_call(), 1)

    with pytest.raises(Conflict):
        matcher.decision_undone("call", "a", 2, excluded=True, agent_back=True)
    with pytest.raises(NotFound):
        matcher.decision_undone("nobody", "a", 2, excluded=True, agent_back=True)


def test_a_contact_is_taken_in_once_and_only_for_a_known_queue() -> None:
    matcher = Matcher([SALES])
    matcher.contact_waits(a_call(), 1)

    with pytest.raises(Conflict):
        matcher.contact_waits(a_call(), 2)
    with pytest.raises(NotFound):
        matcher.contact_waits(a_call("other", "nowhere"), 2)
    assert matcher.contact_gone("unknown", 3) is None


# Places


def test_a_contact_with_an_earlier_entry_time_stands_where_it_stood() -> None:
    matcher = Matcher([SALES])
    for n in range(5):
        matcher.contact_waits(a_call(f"call-{n}", entered=n), n)

    matcher.contact_waits(a_call("rescued", entered=1.5), 9)

    assert [matcher.position(f"call-{n}", 9) for n in range(5)] == [1, 2, 4, 5, 6]
    assert matcher.position("rescued", 9) == 3


def test_a_hang_up_in_the_middle_moves_everybody_behind_up() -> None:
    matcher = Matcher([SALES])
    for n in range(4):
        matcher.contact_waits(a_call(f"call-{n}", entered=n), n)

    matcher.contact_gone("call-1", 9)

    assert matcher.position("call-3", 9) == 3
    assert matcher.waiting("sales") == 3


def test_raising_the_priority_reorders_a_waiting_caller_at_once() -> None:
    matcher = Matcher([SALES])
    matcher.contact_waits(a_call("first", entered=0), 0)
    matcher.contact_waits(a_call("second", entered=1), 1)

    matcher.contact_changed(a_call("second", entered=1, priority=3), 5)

    assert matcher.position("second", 5) == 1
    assert pair(matcher.agent_ready("a", CLERK, 6)) == ("second", "a")


def test_a_contact_that_is_reserved_cannot_be_changed() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 0)
    matcher.contact_waits(a_call(), 1)

    with pytest.raises(Conflict):
        matcher.contact_changed(a_call(priority=3), 2)


# Relaxation


def test_requirements_relax_at_their_time_and_the_place_is_kept() -> None:
    rules = QueueRules(
        id="sales",
        requires={"orders": 5},
        relaxation=(Relaxation(20, {"orders": 2}), Relaxation(60, {})),
    )
    matcher = Matcher([rules])
    matcher.agent_ready("clerk", CLERK, 0)

    assert matcher.contact_waits(a_call(entered=10), 10) is None
    assert matcher.next_deadline() == 30
    decisions = matcher.advance(30)

    assert pairs(decisions) == [("call", "clerk")]
    assert (decisions[0].step, decisions[0].cause) == (1, Cause.REQUIREMENTS_RELAXED)
    assert decisions[0].waited == 20
    assert matcher.next_deadline() is None


def test_a_contact_that_has_waited_before_starts_at_the_step_it_had_reached() -> None:
    rules = QueueRules(id="sales", requires={"orders": 5}, relaxation=(Relaxation(20, {}),))
    matcher = Matcher([rules])
    matcher.agent_ready("clerk", CLERK, 100)

    decision = matcher.contact_waits(a_call(entered=70), 100)

    assert decision is not None
    assert decision.step == 1


# One agent rather than any other


def test_a_contact_waits_for_its_own_agent_until_patience_ends() -> None:
    matcher = Matcher([SALES])
    matcher.agent_busy("own", CLERK, 0)
    matcher.agent_ready("other", CLERK, 0)

    waiting = matcher.contact_waits(a_call(entered=5, wish=Wish("own", 15)), 5)
    decisions = matcher.advance(20)

    assert waiting is None
    assert pairs(decisions) == [("call", "other")]
    assert decisions[0].cause is Cause.PATIENCE_ENDED
    assert decisions[0].skipped == (Skip("own", SkipReason.WISH_BUSY),)


def test_an_agent_who_becomes_free_serves_first_whoever_waits_for_nobody_else() -> None:
    matcher = Matcher([SALES])
    matcher.agent_busy("own", CLERK, 0)
    matcher.contact_waits(a_call("older", entered=1), 1)
    matcher.contact_waits(a_call("loyal", entered=5, wish=Wish("own", 15, WishKind.LAST)), 5)

    decision = matcher.agent_ready("own", CLERK, 9)

    assert decision is not None
    assert (decision.contact, decision.rule) == ("loyal", Rule.OWN_AGENT)
    assert decision.wish is WishKind.LAST


def test_a_free_own_agent_is_taken_although_others_have_been_idle_longer() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("other", CLERK, 0)
    matcher.agent_ready("own", CLERK, 5)

    assert pair(matcher.contact_waits(a_call(wish=Wish("own", 15)), 6)) == ("call", "own")


def test_a_wish_without_patience_takes_that_agent_if_free_and_waits_for_nobody() -> None:
    matcher = Matcher([SALES])
    for number, agent in enumerate(("other", "own", "third")):
        matcher.agent_ready(agent, CLERK, number)
    wish = Wish("own", 0, WishKind.CUT_OFF)

    kept = matcher.contact_waits(a_call("first", entered=6, wish=wish), 6)
    busy = matcher.contact_waits(a_call("second", entered=6, wish=wish), 6)

    assert kept is not None
    assert busy is not None
    assert (kept.agent, kept.rule, kept.wish) == ("own", Rule.OWN_AGENT, WishKind.CUT_OFF)
    assert (busy.agent, busy.wish, busy.skipped) == (
        "other",
        None,
        (Skip("own", SkipReason.WISH_BUSY),),
    )


@pytest.mark.parametrize(
    ("profile", "reason"),
    [(None, SkipReason.WISH_AWAY), (SkillProfile.of({"fax": 1}), SkipReason.WISH_UNFIT)],
)
def test_nobody_waits_for_an_agent_who_is_away_or_unfit(
    profile: SkillProfile | None, reason: SkipReason
) -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("other", CLERK, 0)
    if profile is not None:
        matcher.agent_ready("own", profile, 0)

    decision = matcher.contact_waits(a_call(wish=Wish("own", math.inf)), 6)

    assert decision is not None
    assert decision.agent == "other"
    assert decision.skipped == (Skip("own", reason),)


def test_contacts_move_on_when_the_agent_they_wait_for_leaves() -> None:
    matcher = Matcher([SALES])
    matcher.agent_busy("own", CLERK, 0)
    matcher.agent_ready("other", CLERK, 0)
    matcher.contact_waits(a_call(wish=Wish("own", math.inf)), 5)

    decisions = matcher.agent_gone("own", 6)

    assert pairs(decisions) == [("call", "other")]
    assert decisions[0].cause is Cause.AGENT_LEFT


def test_contacts_move_on_when_the_agent_they_wait_for_loses_the_skill() -> None:
    matcher = Matcher([SALES])
    matcher.agent_busy("own", CLERK, 0)
    matcher.agent_ready("other", CLERK, 0)
    matcher.contact_waits(a_call(wish=Wish("own", math.inf)), 5)

    decisions = matcher.agent_profile_changed("own", SkillProfile.of({}), 6)

    assert pairs(decisions) == [("call", "other")]


def test_an_agent_ready_with_other_skills_than_before_lets_unfit_contacts_go_at_once() -> None:
    matcher = Matcher([SALES])
    matcher.agent_busy("own", CLERK, 0)
    matcher.agent_ready("other", CLERK, 0)
    matcher.contact_waits(a_call(wish=Wish("own", math.inf)), 5)

    assert matcher.agent_ready("own", SkillProfile.of({}), 6) is None
    assert matcher.next_deadline() == 6
    assert pairs(matcher.advance(6)) == [("call", "other")]


def test_others_do_not_take_a_contact_that_waits_for_its_own_agent() -> None:
    matcher = Matcher([SALES])
    matcher.agent_busy("own", CLERK, 0)
    matcher.contact_waits(a_call("loyal", entered=1, wish=Wish("own", 60)), 1)
    matcher.contact_waits(a_call("second", entered=2), 2)

    decision = matcher.agent_ready("other", CLERK, 9)

    assert decision is not None
    assert (decision.contact, decision.held) == ("second", 1)


# Caps


def test_a_queue_at_its_cap_waits_although_agents_are_ready() -> None:
    matcher = Matcher([QueueRules(id="sales", max_busy=1), QueueRules(id="service")])
    for agent in "abc":
        matcher.agent_ready(agent, CLERK, 0)
    matcher.contact_waits(a_call("one"), 1)

    assert matcher.contact_waits(a_call("two", entered=2), 2) is None
    assert pair(matcher.contact_waits(a_call("other", "service"), 3)) == ("other", "b")
    decision = matcher.contact_gone("one", 9)

    assert pair(decision) == ("two", "c")
    assert decision is not None
    assert decision.cause is Cause.SLOT_FREED


def test_a_free_agent_passes_over_queues_at_their_cap_and_says_so() -> None:
    matcher = Matcher([QueueRules(id="sales", max_busy=1), QueueRules(id="service")])
    matcher.agent_ready("a", CLERK, 0)
    matcher.contact_waits(a_call("one"), 1)
    matcher.contact_waits(a_call("two", entered=2), 2)
    matcher.contact_waits(a_call("other", "service", entered=3), 3)

    decision = matcher.agent_ready("b", CLERK, 9)

    assert decision is not None
    assert decision.contact == "other"
    assert decision.skipped == (Skip("sales", SkipReason.CAP_REACHED),)


def test_a_freed_slot_goes_to_the_best_of_the_queue_not_to_whoever_was_refused() -> None:
    matcher = Matcher([QueueRules(id="sales", max_busy=1)])
    matcher.agent_ready("a", CLERK, 0)
    matcher.agent_ready("b", CLERK, 1)
    matcher.contact_waits(a_call("one", entered=2), 2)
    matcher.contact_waits(a_call("vip", entered=3, tier=Tier.VIP), 3)

    undone = matcher.decision_undone("one", "a", 9, excluded=True, agent_back=False)

    assert pairs(undone) == [("vip", "b")]


def test_an_agent_ready_behind_a_cap_holds_nobody() -> None:
    matcher = Matcher([QueueRules(id="sales", max_busy=1)])
    matcher.agent_busy("own", CLERK, 0)
    matcher.agent_ready("a", CLERK, 0)
    matcher.contact_waits(a_call("one"), 1)
    matcher.contact_waits(a_call("loyal", entered=2, wish=Wish("own", 60)), 2)

    assert matcher.agent_ready("own", CLERK, 3) is None
    decision = matcher.contact_gone("one", 4)

    assert decision is not None
    assert (decision.contact, decision.rule) == ("loyal", Rule.OWN_AGENT)


# Changes while running


def test_new_rules_take_effect_on_those_who_wait_and_log_nobody_out() -> None:
    matcher = Matcher([QueueRules(id="sales", requires={"orders": 9})])
    matcher.agent_ready("clerk", CLERK, 0)
    for n in range(3):
        matcher.contact_waits(a_call(f"call-{n}", entered=n), n)

    decisions = matcher.set_queue(SALES, 9)

    assert pairs(decisions) == [("call-0", "clerk")]
    assert [matcher.position(f"call-{n}", 9) for n in (1, 2)] == [1, 2]


def test_a_higher_cap_is_used_at_once() -> None:
    matcher = Matcher([QueueRules(id="sales", max_busy=1)])
    for agent in "abc":
        matcher.agent_ready(agent, CLERK, 0)
    for n in range(3):
        matcher.contact_waits(a_call(f"call-{n}", entered=n), n)

    decisions = matcher.set_queue(QueueRules(id="sales", max_busy=2), 9)

    assert pairs(decisions) == [("call-1", "b")]


def test_a_new_skill_makes_a_ready_agent_take_what_waits_for_it() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", SkillProfile.of({}), 0)
    matcher.contact_waits(a_call(), 1)

    assert pairs(matcher.agent_profile_changed("a", CLERK, 2)) == [("call", "a")]
    with pytest.raises(NotFound):
        matcher.agent_profile_changed("nobody", CLERK, 2)


def test_fewest_calls_can_be_switched_on_while_agents_are_ready() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("veteran", CLERK, 0, calls=5)
    matcher.agent_ready("novice", CLERK, 1, calls=1)

    matcher.set_queue(QueueRules(id="sales", rule=AgentRule.FEWEST_CALLS), 2)

    assert pair(matcher.contact_waits(a_call(), 3)) == ("call", "novice")


def test_deadlines_of_contacts_that_are_gone_do_not_pile_up() -> None:
    rules = QueueRules(id="sales", requires={"fax": 1}, relaxation=(Relaxation(1e6, {}),))
    matcher = Matcher([rules])
    for n in range(1000):
        matcher.contact_waits(a_call(f"call-{n}", entered=n), n)
        matcher.contact_gone(f"call-{n}", n)

    assert len(matcher._floor.deadlines._heap) < 100
    assert matcher.next_deadline() is None


def test_a_decision_survives_being_stored() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 0)
    decision = matcher.contact_waits(a_call(wish=Wish("own", 5)), 3)

    stored = msgspec.json.encode(decision)

    assert msgspec.json.decode(stored, type=Decision) == decision


def test_rules_without_relaxation_take_back_the_steps_of_those_who_wait() -> None:
    relaxed = QueueRules(id="sales", requires={"orders": 5}, relaxation=(Relaxation(5, {}),))
    matcher = Matcher([relaxed])
    matcher.contact_waits(a_call(), 0)
    matcher.advance(5)

    matcher.set_queue(QueueRules(id="sales", requires={"orders": 5}), 9)

    assert matcher.agent_ready("clerk", CLERK, 10) is None
    assert pair(matcher.agent_ready("expert", EXPERT, 11)) == ("call", "expert")
