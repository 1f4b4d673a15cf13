"""Calls that nobody makes: the engine's own node code, everything around it imagined."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ari_app.domain.flow import (
    Ask,
    Call,
    Callback,
    Flow,
    GoOn,
    Hangup,
    Language,
    Mailbox,
    Menu,
    Node,
    Queue,
    Return,
    Say,
    Spoken,
    Transfer,
)
from ari_app.domain.speech import SpokenAs
from ari_app.trial.run import Trial, Trials
from ari_app.trial.situation import Agents, Situation, read_keys
from tests.fakes.flows import FakeFlows
from tests.fakes.openings import FakeOpenings

NOON = datetime(2026, 12, 2, 12, tzinfo=UTC)
NODES: dict[str, Node] = {
    "welcome": Say(prompts=("welcome",), next="language"),
    "language": Language(prompts=("choose-language",), keys={"2": "en"}, next="menu"),
    "menu": Menu(
        prompts=("main-menu",), keys={"1": "orders", "3": "message"}, otherwise="bye", tries=2
    ),
    "orders": Queue(
        queue="orders",
        keys={"9": "callback", "#": "menu"},
        talked="bye",
        timeout="message",
        nobody="message",
    ),
    "callback": Callback(queue="orders", booked="bye", declined="orders"),
    "message": Mailbox(mailbox="hotline", next="bye"),
    "bye": Hangup(),
}
HOTLINE = Flow(name="hotline", start="welcome", node=NODES)


def tried(
    keys: str = "",
    *flows: Flow,
    is_open: Callable[[str, datetime], bool] = lambda queue, at: True,
    **situation: object,
) -> Trial:
    book = FakeFlows(*(flows or (HOTLINE,)))
    with Trials(book, FakeOpenings(is_open)) as trials:
        wanted = Situation(NOON, "95001", "13900000001", read_keys(keys))
        return trials.run(book.get("hotline"), replace(wanted, **situation))  # type: ignore[arg-type]


def test_the_path_ends_in_the_line_it_leads_to() -> None:
    trial = tried("-,1")

    assert trial.path == ["welcome", "language", "menu", "orders"]
    assert str(trial.end) == "queue orders"
    assert [step.exit for step in trial.steps] == ["next", "next", "1", ""]


def test_every_prompt_is_heard_in_the_language_that_was_chosen() -> None:
    trial = tried("2,1")

    assert trial.heard == [
        ("zh", "welcome"),
        ("zh", "choose-language"),
        ("en", "main-menu"),
        ("en", "please-hold-connecting"),
    ]


def test_a_key_that_leads_nowhere_and_silence_are_answered_as_in_a_real_call() -> None:
    trial = tried("-,7")

    assert [name for _, name in trial.steps[2].heard] == [
        *("main-menu", "not-understood"),
        *("main-menu", "no-key-heard"),
    ]
    assert trial.steps[2].keys == "7-"
    assert str(trial.end) == "hangup"


def test_a_message_ends_in_its_mailbox() -> None:
    assert str(tried("-,3").end) == "mailbox hotline"


def test_a_closed_queue_is_not_waited_in() -> None:
    trial = tried("-,1", is_open=lambda queue, at: at.hour >= 13)

    assert ("zh", "closed-hours") in trial.heard
    assert trial.path[-2:] == ["message", "bye"]
    assert tried("-,1", is_open=lambda queue, at: at.hour >= 12).path[-1] == "orders"


@pytest.mark.parametrize(
    ("agents", "through"),
    [(Agents.NOBODY, "message"), (Agents.BUSY, "message"), (Agents.ANSWER, "bye")],
)
def test_agents_decide_how_a_line_is_left(agents: Agents, through: str) -> None:
    trial = tried("-,1", agents=agents)

    assert trial.path[4] == through


def test_keys_lead_out_of_a_line_after_it_was_said_what_they_are_for() -> None:
    trial = tried("-,1,9,1")

    assert trial.path[3:] == ["orders", "callback", "bye"]
    assert ("zh", "press-for-a-callback") in trial.steps[3].heard
    assert str(trial.end) == "callback orders"


def test_flows_inside_flows_are_named() -> None:
    inner = Flow(name="inner", start="back", node={"back": Return(result="fine")})
    call = Call(flow="inner", results={"fine": "on"}, failed="on")
    outer = Flow(name="hotline", start="call", node={"call": call, "on": GoOn(flow="last")})
    last = Flow(name="last", start="bye", node={"bye": Hangup()})

    trial = tried("", outer, inner, last)

    assert trial.path == ["call", "inner/back", "on", "last/bye"]


def test_a_flow_that_goes_round_is_stopped() -> None:
    a = Say(prompts=("welcome",), next="b")
    flow = Flow(name="hotline", start="a", node={"a": a, "b": Say(prompts=("welcome",), next="a")})

    assert str(tried("", flow).end) == "round and round"


def test_a_node_that_breaks_ends_the_trial_there_and_says_why() -> None:
    flow = Flow(name="hotline", start="a", node={"a": Say(prompts=("welcome",), next="gone")})

    trial = tried("", flow)

    assert str(trial.end) == "node a"
    assert "gone" in trial.note


def test_many_trials_share_one_loop_and_do_not_mix() -> None:
    book = FakeFlows(HOTLINE)
    with Trials(book, FakeOpenings()) as trials:
        ends = [
            str(trials.run(HOTLINE, Situation(NOON, keys=keys)).end)
            for keys in ("-1", "-3", "-19", "-1")
        ]

    assert ends[0] == ends[3] == "queue orders"
    assert ends[1] == "mailbox hotline"


@pytest.mark.parametrize("text", ["2,1", "2 1", "21", " 2, 1 "])
def test_keys_are_read_with_and_without_commas(text: str) -> None:
    assert read_keys(text) == "21"


def test_what_is_no_key_is_named() -> None:
    with pytest.raises(ValueError, match="'x' is no key"):
        read_keys("1,x")


def test_a_number_is_keyed_in_read_back_and_spoken_as_in_a_real_call() -> None:
    ask = Ask(
        prompts=("a",),
        variable="number",
        longest=4,
        confirm=SpokenAs.DIGITS,
        next="told",
        otherwise="bye",
    )
    told = Say(prompts=(Spoken(value="{number}", kind=SpokenAs.DIGITS),), next="bye")
    nodes: dict[str, Node] = {"ask": ask, "told": told, "bye": Hangup()}
    flow = Flow(name="hotline", start="ask", node=nodes)

    trial = tried("4711#1", flow)

    assert trial.steps[0].keys == "47111"
    assert [name for _, name in trial.steps[1].heard] == ["four", "seven", *(2 * ["one-in-number"])]


@pytest.mark.parametrize(
    ("agents", "end"),
    [
        (Agents.WAIT, "outside 110"),
        (Agents.ANSWER, "outside 110"),
        (Agents.BUSY, "mailbox hotline"),
        (Agents.NOBODY, "mailbox hotline"),
    ],
)
def test_a_number_outside_does_in_a_trial_what_agents_do(agents: Agents, end: str) -> None:
    nodes: dict[str, Node] = {
        "out": Transfer(number="110", talked="bye", failed="message"),
        "message": Mailbox(mailbox="hotline", next="bye"),
        "bye": Hangup(),
    }

    assert str(tried("", Flow(name="hotline", start="out", node=nodes), agents=agents).end) == end
