from string import Formatter

import pytest

from ari_app.domain.acd.contact import Contact, Wish, WishKind
from ari_app.domain.acd.decision import Cause, Decision, Rule, SkipReason
from ari_app.domain.acd.explain import explain, explain_sent_on, explain_standing
from ari_app.domain.acd.matcher import Matcher
from ari_app.domain.acd.overflow import Destination, DestinationKind, OverflowBy, SentOn
from ari_app.domain.acd.phrases import PHRASES
from ari_app.domain.acd.rules import QueueRules, Relaxation
from ari_app.domain.acd.standing import WaitReason
from ari_app.domain.skill import SkillProfile

NAMES = {"sales": "订单", "orders": "下单", "1001": "李明", "1002": "王芳", "call": "A7"}


def a_decision(wish: Wish | None = None) -> Decision:
    matcher = Matcher([QueueRules(id="sales", requires={"orders": 3})])
    matcher.agent_ready("1001", SkillProfile.of({"orders": 5}), 0)
    matcher.agent_ready("1002", SkillProfile.of({"orders": 3}), 62)
    contact = Contact("call", "sales", 312, wish=wish, excluded=frozenset({"1002"}))
    decision = matcher.contact_waits(contact, 312)
    assert decision is not None
    return decision


def test_a_decision_reads_as_plain_english() -> None:
    assert explain(a_decision(), "en") == [
        "Call call in queue sales went to agent 1001 after 0 s: the call entered the queue.",
        "It needed orders at level 3 or above.",
        "Suitable agents who were ready: 1; skill profiles among them: 1.",
        "Longest idle first: 1001 idle 312 s.",
        "Passed over 1002: refused or missed a moment ago.",
    ]


def test_a_decision_reads_as_plain_chinese_with_names() -> None:
    assert explain(a_decision(), "zh", NAMES) == [
        "来电 A7 在队列 订单 等待 0 秒后派给坐席 李明:来电进入队列。",
        "要求:下单 3 级以上。",
        "当时合适且示闲的坐席 1 名,分属 1 个技能档。",
        "规则:空闲最久者先接。李明 空闲 312 秒。",
        "跳过 王芳:刚才拒接或未接过。",
    ]


def test_a_kept_wish_is_told_instead_of_a_comparison() -> None:
    decision = a_decision(Wish("1001", 30, WishKind.LAST))

    sentences = explain(decision, "en", NAMES)

    assert sentences[2:] == ["李明 spoke with this customer last."]


def test_relaxation_and_waiting_scores_are_told() -> None:
    rules = QueueRules(id="sales", requires={"orders": 3}, relaxation=(Relaxation(5, {}),))
    matcher = Matcher([rules])
    matcher.contact_waits(Contact("call", "sales", 0), 0)
    matcher.advance(5)
    decision = matcher.agent_ready("1001", SkillProfile.of({}), 40)
    assert decision is not None

    sentences = explain(decision, "en")

    assert sentences[1] == "It needed no particular skill (relaxation steps so far: 1)."
    assert sentences[3].endswith(": call with 40 points, waiting 40 s.")


def test_a_waiting_contact_can_say_why_it_waits() -> None:
    matcher = Matcher([QueueRules(id="sales", requires={"orders": 3})])
    matcher.agent_busy("1001", SkillProfile.of({"orders": 5}), 0)
    matcher.contact_waits(Contact("call", "sales", 0), 0)

    assert explain_standing(matcher.standing("call", 35), "zh", NAMES) == [
        "来电 A7 在队列 订单 已等 35 秒,排第 1 位。",
        "要求:下单 3 级以上。",
        "合适的坐席 1 名,都在忙。",
    ]


@pytest.mark.parametrize("language", PHRASES)
def test_every_reason_has_a_phrase_in_every_language(language: str) -> None:
    keys = {
        *(f"cause.{cause}" for cause in Cause),
        *(f"rule.{rule}" for rule in Rule if rule is not Rule.OWN_AGENT),
        *(f"value.{rule}" for rule in Rule if rule is not Rule.OWN_AGENT),
        *(f"skip.{reason}" for reason in SkipReason),
        *(f"wish.{kind}" for kind in WishKind),
        *(f"wait.{reason}" for reason in WaitReason),
    }

    assert keys <= PHRASES[language].keys()


def test_both_languages_say_the_same_facts() -> None:
    def facts(phrase: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(phrase) if name}

    for key, phrase in PHRASES["zh"].items():
        assert facts(phrase) == facts(PHRASES["en"][key]), key


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("by", [None, *OverflowBy])
@pytest.mark.parametrize("kind", DestinationKind)
def test_every_way_of_being_sent_on_has_its_sentence(
    language: str, by: OverflowBy | None, kind: DestinationKind
) -> None:
    (said,) = explain_sent_on(
        SentOn(Destination(kind, "there"), by, 61.0, 60.0), "orders", language
    )

    assert "orders" in said
    assert "there" in said
    assert ("60" in said) is (by is not None)
