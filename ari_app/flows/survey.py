"""The node type `survey`: questions that are answered by a key each."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from ari_app.domain.errors import Unavailable
from ari_app.domain.facts import EventType, PlaceKind, SurveyAnswered
from ari_app.domain.flow import Question, Survey
from ari_app.flows.active import ActiveCall

log = logging.getLogger(__name__)


async def ask_survey(call: ActiveCall, node: Survey) -> str:
    return await _ask_from(call, node, 0)


async def resume(call: ActiveCall, node: Survey, kind: PlaceKind, state: Mapping[str, Any]) -> str:
    """Goes on with the question that was being asked."""
    return await _ask_from(call, node, int(state["question"]) if kind is PlaceKind.SURVEY else 0)


async def _ask_from(call: ActiveCall, node: Survey, first: int) -> str:
    """The goodbye follows whatever becomes of the questions."""
    try:
        if first == 0:
            await call.leg.play(node.prompts, call.language, until_key=True)
        for number, question in enumerate(node.questions[first:], start=first):
            call.placed(PlaceKind.SURVEY, survey=node.survey, question=number)
            key = await _answer(call, node, question)
            if not key:
                return "next"
            _write(call, node.survey, question.dimension, key)
        await call.say(node.thanks_prompts)
    except Unavailable as error:
        log.warning("a survey broke off: %s", error, extra={"call_id": str(call.facts.id)})
    return "next"


async def _answer(call: ActiveCall, node: Survey, question: Question) -> str:
    for _ in range(node.tries):
        key = await call.leg.ask(question.prompts, call.language, within=node.within_seconds)
        if not key or key in question.keys:
            return key
        await call.say((node.wrong_key_prompt,))
    return ""


def _write(call: ActiveCall, survey: str, dimension: str, key: str) -> None:
    call.happened(EventType.SURVEYED, survey=survey, dimension=dimension, key=key)
    call.journal.write(
        SurveyAnswered(
            call_id=call.facts.id,
            arrived_at=call.facts.arrived_at,
            at=call.clock.now(),
            answer_id=uuid5(call.facts.id, f"survey/{survey}/{dimension}"),
            survey=survey,
            dimension=dimension,
            key=key,
            score=int(key) if key.isdecimal() else None,
        )
    )
