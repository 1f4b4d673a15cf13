"""Says a decision, or why a contact still waits, in plain Chinese or English."""

from collections.abc import Mapping

from ari_app.domain.acd.decision import Candidate, Decision, Rule
from ari_app.domain.acd.overflow import SentOn
from ari_app.domain.acd.phrases import PHRASES, Phrases
from ari_app.domain.acd.standing import Standing
from ari_app.domain.transfer import DirectWhy


def explain(decision: Decision, language: str, names: Mapping[str, str] | None = None) -> list[str]:
    """One sentence per fact. `language` is zh or en; `names` maps ids to what people call them."""
    words, names = PHRASES[language], names or {}
    return [
        _what_happened(decision, words, names),
        _needs(decision.requires, decision.step, words, names),
        *_comparison(decision, words, names),
        *_further(decision, words, names),
    ]


def explain_standing(
    standing: Standing, language: str, names: Mapping[str, str] | None = None
) -> list[str]:
    """Why the contact waits, as sentences; as `explain`."""
    words, names = PHRASES[language], names or {}
    place = words["stands"].format(
        contact=_name(standing.contact, names),
        queue=_name(standing.queue, names),
        waited=_number(standing.waited),
        position=standing.position,
    )
    agent = _name(standing.agent, names) if standing.agent else ""
    reason = words[f"wait.{standing.reason}"].format(
        agent=agent, here=standing.here, ready=standing.ready
    )
    return [place, _needs(standing.requires, standing.step, words, names), reason]


def explain_sent_on(sent_on: SentOn, queue: str, language: str) -> list[str]:
    """Why the caller left this queue for elsewhere; as `explain`."""
    words = PHRASES[language]
    cause = sent_on.by.value if sent_on.by else "closing"
    said = words[f"sent_on.{cause}"].format(
        queue=queue,
        value=f"{sent_on.value:.3g}",
        limit=f"{sent_on.limit:.3g}",
        to=words[f"to.{sent_on.to.kind.value}"].format(name=sent_on.to.name),
    )
    passed = [words["sent_on.passed_over"].format(name=name) for name in sent_on.passed_over]
    return [said, *passed]


def explain_direct(why: DirectWhy, language: str) -> list[str]:
    """Why an agent got a call that no queue decided; as `explain`."""
    return [PHRASES[language][f"direct.{why.how}"].format(by=why.by)]


def _what_happened(decision: Decision, words: Phrases, names: Mapping[str, str]) -> str:
    return words["decided"].format(
        contact=_name(decision.contact, names),
        agent=_name(decision.agent, names),
        queue=_name(decision.queue, names),
        waited=_number(decision.waited),
        cause=words[f"cause.{decision.cause}"],
    )


def _needs(requires: Mapping[str, int], step: int, words: Phrases, names: Mapping[str, str]) -> str:
    skills = words["comma"].join(
        words["skill"].format(skill=_name(skill, names), level=level)
        for skill, level in requires.items()
    )
    needs = words["needs"].format(skills=skills) if skills else words["needs.nothing"]
    relaxed = words["relaxed"].format(step=step) if step else ""
    return needs + relaxed + words["stop"]


def _comparison(decision: Decision, words: Phrases, names: Mapping[str, str]) -> list[str]:
    if decision.rule is Rule.OWN_AGENT:
        return []  # said as the wish that was kept
    side = "contacts" if decision.rule is Rule.HIGHEST_SCORE else "agents"
    counted = words[f"eligible.{side}"].format(count=decision.eligible, heads=decision.heads)
    ranked = words["comma"].join(
        _candidate(candidate, decision.rule, words, names) for candidate in decision.considered
    )
    return [counted, words[f"rule.{decision.rule}"].format(ranked=ranked)]


def _candidate(candidate: Candidate, rule: Rule, words: Phrases, names: Mapping[str, str]) -> str:
    return words[f"value.{rule}"].format(
        name=_name(candidate.id, names),
        value=_number(candidate.value),
        seconds=_number(candidate.seconds),
    )


def _further(decision: Decision, words: Phrases, names: Mapping[str, str]) -> list[str]:
    said = []
    if decision.wish is not None:
        said.append(words[f"wish.{decision.wish}"].format(agent=_name(decision.agent, names)))
    if decision.preferred_met:
        said.append(words["preferred"].format(count=decision.preferred_met))
    said += [
        words[f"skip.{skip.reason}"].format(name=_name(skip.id, names)) for skip in decision.skipped
    ]
    if decision.held:
        said.append(words["held"].format(count=decision.held))
    return said


def _name(id: str, names: Mapping[str, str]) -> str:
    return names.get(id, id)


def _number(value: float) -> str:
    return f"{value:.0f}"
