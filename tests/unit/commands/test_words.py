from ari_app.commands.words import WORDS, Words, language_of
from ari_app.domain.agent import AgentState
from ari_app.domain.facts import Outcome


def test_a_word_is_said_in_the_chosen_language() -> None:
    assert Words("zh")("ready") == "示闲"
    assert Words("en")("wrap_up") == "wrap-up"


def test_a_word_that_is_not_in_the_table_stays_as_it_is() -> None:
    assert Words("zh")("left_node") == "left_node"


def test_every_agent_state_and_outcome_has_words() -> None:
    assert {*AgentState, *Outcome} <= WORDS.keys()


def test_the_locale_decides_and_the_more_special_variable_wins() -> None:
    assert language_of({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language_of({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}) == "en"
    assert language_of({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}) == "zh"
    assert language_of({}) == "en"
