from ari_app.domain.acd.contact import Contact, Tier, Wish
from ari_app.domain.acd.matcher import Matcher
from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.acd.standing import WaitReason
from ari_app.domain.skill import SkillProfile

CLERK = SkillProfile.of({"orders": 2})
SALES = QueueRules(id="sales", requires={"orders": 1}, max_busy=1)


def reason(matcher: Matcher, contact: str = "call", now: float = 9.0) -> WaitReason:
    return matcher.standing(contact, now).reason


def test_a_contact_waits_because_nobody_suitable_has_logged_in() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", SkillProfile.of({"zh": 1}), 0)
    matcher.contact_waits(Contact("call", "sales", 0), 0)

    assert reason(matcher) is WaitReason.NOBODY_HERE


def test_a_contact_waits_because_all_suitable_agents_are_busy() -> None:
    matcher = Matcher([SALES])
    matcher.agent_busy("a", CLERK, 0)
    matcher.contact_waits(Contact("call", "sales", 0), 0)

    assert reason(matcher) is WaitReason.ALL_BUSY
    assert matcher.standing("call", 9.0).here == 1


def test_a_contact_waits_because_the_queue_is_at_its_cap() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 0)
    matcher.agent_ready("b", CLERK, 0)
    matcher.contact_waits(Contact("served", "sales", 0), 0)
    matcher.contact_waits(Contact("call", "sales", 1), 1)

    assert reason(matcher) is WaitReason.CAP_REACHED
    assert reason(matcher, "served") is WaitReason.RESERVED
    assert matcher.standing("served", 9.0).agent == "a"


def test_a_contact_waits_because_it_waits_for_one_agent() -> None:
    matcher = Matcher([SALES])
    matcher.agent_busy("own", CLERK, 0)
    matcher.contact_waits(Contact("call", "sales", 0, wish=Wish("own", 30)), 0)

    assert (reason(matcher), matcher.standing("call", 9.0).agent) == (WaitReason.OWN_AGENT, "own")


def test_a_contact_waits_because_whoever_is_ready_refused_it() -> None:
    matcher = Matcher([SALES])
    matcher.agent_ready("a", CLERK, 0)
    matcher.contact_waits(Contact("call", "sales", 0), 0)
    matcher.decision_undone("call", "a", 5, excluded=True, agent_back=True)

    assert reason(matcher) is WaitReason.ALL_EXCLUDED


def test_better_scores_in_other_lines_of_the_queue_come_before() -> None:
    matcher = Matcher([SALES])
    matcher.agent_busy("a", CLERK, 0)
    for n in range(3):
        matcher.contact_waits(Contact(f"normal-{n}", "sales", n), n)
    matcher.contact_waits(Contact("silver", "sales", 61.5, tier=Tier.SILVER), 61.5)

    places = [matcher.position(f"normal-{n}", 70) for n in range(3)]

    assert places == [1, 2, 4]
    assert matcher.position("silver", 70) == 3


def test_other_queues_count_by_the_share_of_agents_both_can_have() -> None:
    matcher = Matcher([SALES, QueueRules(id="repairs", requires={"repairs": 1})])
    for agent, levels in {"a": {"orders": 1}, "b": {"orders": 1, "repairs": 1}}.items():
        matcher.agent_busy(agent, SkillProfile.of(levels), 0)
    for n in range(10):
        matcher.contact_waits(Contact(f"repair-{n}", "repairs", n), n)

    matcher.contact_waits(Contact("call", "sales", 20), 20)

    assert matcher.position("call", 21) == 1 + 5


def test_without_ageing_only_points_and_entry_count() -> None:
    matcher = Matcher([QueueRules(id="sales", ageing=0.0)])
    matcher.contact_waits(Contact("old", "sales", 0), 0)
    matcher.contact_waits(Contact("vip", "sales", 50, tier=Tier.VIP), 50)

    assert [matcher.position(id, 900) for id in ("vip", "old")] == [1, 2]
