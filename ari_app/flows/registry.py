"""What each type of node does: one line per type, and one in ari_app/domain/flow/kinds.py."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ari_app.domain import flow as nodes
from ari_app.domain.facts import PlaceKind
from ari_app.flows import agent, passing_on, queue, record, survey
from ari_app.flows.active import ActiveCall
from ari_app.flows.ask import ask
from ari_app.flows.callback import book_callback
from ari_app.flows.deciding import branch, set_variables
from ari_app.flows.hangup import hang_up
from ari_app.flows.hours import look_at_hours
from ari_app.flows.identify import identify
from ari_app.flows.language import choose_language
from ari_app.flows.listen import listen
from ari_app.flows.look_up import look_up
from ari_app.flows.mailbox import leave_message
from ari_app.flows.menu import choose
from ari_app.flows.passing import call_flow, come_back, go_on
from ari_app.flows.personal_menu import choose_personally
from ari_app.flows.say import say

Run = Callable[[ActiveCall, Any], Awaitable[str]]
Resume = Callable[[ActiveCall, Any, PlaceKind, Mapping[str, Any]], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class NodeType:
    """`run` returns the exit that is taken. `resume` goes on from a step saved before a restart;
    without it the node starts over: a prompt is said again."""

    run: Run
    resume: Resume | None = None


NODE_TYPES: Mapping[type, NodeType] = {
    nodes.Say: NodeType(say),
    nodes.Language: NodeType(choose_language),
    nodes.Menu: NodeType(choose),
    nodes.PersonalMenu: NodeType(choose_personally),
    nodes.Listen: NodeType(listen),
    nodes.Ask: NodeType(ask),
    nodes.Set: NodeType(set_variables),
    nodes.Branch: NodeType(branch),
    nodes.LookingUp: NodeType(look_up),
    nodes.Identify: NodeType(identify),
    nodes.Queue: NodeType(queue.wait_and_talk, queue.resume),
    nodes.Agent: NodeType(agent.ask_for_agent, agent.resume),
    nodes.Transfer: NodeType(passing_on.pass_caller_on, passing_on.resume),
    nodes.Mailbox: NodeType(leave_message),
    nodes.Callback: NodeType(book_callback),
    nodes.Call: NodeType(call_flow),
    nodes.Return: NodeType(come_back),
    nodes.GoOn: NodeType(go_on),
    nodes.Hangup: NodeType(hang_up),
    nodes.Hours: NodeType(look_at_hours),
    nodes.Survey: NodeType(survey.ask_survey, survey.resume),
    nodes.Record: NodeType(record.take_record, record.resume),
}
