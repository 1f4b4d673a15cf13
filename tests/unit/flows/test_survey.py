"""Questions after a call: answered by keys, and never in the way of the goodbye."""

from uuid import uuid5

import pytest

from ari_app.domain.errors import CallerHungUp, Unavailable
from ari_app.domain.facts import CallPlaced, Outcome, PlaceKind, SurveyAnswered
from ari_app.domain.flow import Names, Question, Survey
from ari_app.flows.active import ActiveCall
from ari_app.flows.survey import ask_survey, resume
from tests.fakes.calls import active_call, journal_of
from tests.fakes.telephony import FakeLeg

NODE = Survey(
    survey="after_call",
    questions=(
        Question(dimension="timeliness", prompts=("survey-timeliness",)),
        Question(dimension="solved", prompts=("survey-accuracy",), keys="12*"),
    ),
    next="goodbye",
)


def answers_in(call: ActiveCall) -> list[tuple[str, str, int | None]]:
    return [(one.dimension, one.key, one.score) for one in journal_of(call).of(SurveyAnswered)]


async def test_each_question_is_answered_by_a_key() -> None:
    leg = FakeLeg(answers=["5", "*"])
    call = active_call(leg)

    assert await ask_survey(call, NODE) == "next"

    assert answers_in(call) == [("timeliness", "5", 5), ("solved", "*", None)]
    assert leg.heard == [
        "zh/survey-intro", "zh/survey-timeliness", "zh/survey-accuracy", "zh/survey-thanks",
    ]  # fmt: skip
    first = journal_of(call).of(SurveyAnswered)[0]
    assert first.answer_id == uuid5(call.facts.id, "survey/after_call/timeliness")


async def test_a_wrong_key_is_asked_again_once() -> None:
    leg = FakeLeg(answers=["9", "4", "7", "7"])
    call = active_call(leg)

    assert await ask_survey(call, NODE) == "next"

    assert answers_in(call) == [("timeliness", "4", 4)]
    assert leg.heard.count("zh/not-understood") == 3
    assert leg.heard[-1] == "zh/not-understood"  # and no thanks for nothing


async def test_who_is_silent_is_not_asked_on() -> None:
    call = active_call(FakeLeg())

    assert await ask_survey(call, NODE) == "next"
    assert answers_in(call) == []


async def test_what_was_answered_before_a_hang_up_is_kept() -> None:
    leg = FakeLeg(answers=["3"])
    leg.vanish_after(4)
    call = active_call(leg)
    call.reached(Outcome.TALKED)

    with pytest.raises(CallerHungUp):
        await ask_survey(call, NODE)
    assert answers_in(call) == [("timeliness", "3", 3)]
    assert call.outcome is Outcome.TALKED


async def test_an_asterisk_that_cannot_be_asked_does_not_keep_the_goodbye_away() -> None:
    leg = FakeLeg()
    leg.broken = Unavailable("away")

    assert await ask_survey(active_call(leg), NODE) == "next"


async def test_after_a_restart_the_question_that_was_open_is_asked() -> None:
    before, leg = active_call(FakeLeg(answers=["5", ""])), FakeLeg(answers=["2"])
    await ask_survey(before, NODE)
    placed = journal_of(before).of(CallPlaced)[-1]
    assert placed.kind is PlaceKind.SURVEY

    after = active_call(leg)
    assert await resume(after, NODE, placed.kind, placed.state) == "next"

    assert answers_in(after) == [("solved", "2", 2)]
    assert leg.heard[0] == "zh/survey-accuracy"


@pytest.mark.parametrize(
    ("questions", "fault"),
    [
        ((), "questions is empty"),
        ((Question(dimension="Good?", prompts=("x",)),), "'Good?' is no name"),
        ((Question(dimension="good", prompts=()),), "prompts is empty"),
        ((Question(dimension="good", prompts=("x",), keys="1a"),), "keys '1a' are not on a phone"),
        ((Question(dimension="good", prompts=("x",)),) * 2, "'good' is there 2 times"),
    ],
)
def test_questions_that_cannot_be_asked_are_found(
    questions: tuple[Question, ...], fault: str
) -> None:
    node = Survey(survey="after_call", questions=questions, next="goodbye")

    found = [str(one.what) for one in node.faults(Names((), (), ()))]

    assert any(fault in what for what in found), found
