"""A flow: what a caller experiences, as data. Nodes have a type and named exits.

One module per family of node types; `kinds` names them all, `node` is what they have in common.
"""

from ari_app.domain.flow.asking import Ask
from ari_app.domain.flow.checking import problems, reachable
from ari_app.domain.flow.choosing import Language, Menu
from ari_app.domain.flow.condition import Condition, Prospect
from ari_app.domain.flow.deciding import Branch, Set
from ari_app.domain.flow.identifying import IdentifiedBy, Identify
from ari_app.domain.flow.kinds import Node
from ari_app.domain.flow.lines import Spoken
from ari_app.domain.flow.listening import Listen
from ari_app.domain.flow.looking_up import LookingUp
from ari_app.domain.flow.model import Flow, read_flow
from ari_app.domain.flow.node import (
    KEYS,
    LANGUAGES,
    BaseNode,
    Face,
    Fault,
    Names,
    WayKind,
    WayOut,
)
from ari_app.domain.flow.opening import Hours
from ari_app.domain.flow.passing import DEEPEST, Call, GoOn, Return
from ari_app.domain.flow.personal import PersonalMenu
from ari_app.domain.flow.reaching import Agent, Transfer
from ari_app.domain.flow.speaking import Hangup, Say
from ari_app.domain.flow.taking_down import Part, Question, Record, Survey
from ari_app.domain.flow.waiting import Callback, Mailbox, Queue

__all__ = [
    "DEEPEST",
    "KEYS",
    "LANGUAGES",
    "Agent",
    "Ask",
    "BaseNode",
    "Branch",
    "Call",
    "Callback",
    "Condition",
    "Face",
    "Fault",
    "Flow",
    "GoOn",
    "Hangup",
    "Hours",
    "IdentifiedBy",
    "Identify",
    "Language",
    "Listen",
    "LookingUp",
    "Mailbox",
    "Menu",
    "Names",
    "Node",
    "Part",
    "PersonalMenu",
    "Prospect",
    "Question",
    "Queue",
    "Record",
    "Return",
    "Say",
    "Set",
    "Spoken",
    "Survey",
    "Transfer",
    "WayKind",
    "WayOut",
    "problems",
    "reachable",
    "read_flow",
]
