"""All types of nodes: a new one is added here, and to ari_app/flows/registry.py."""

from ari_app.domain.flow.asking import Ask
from ari_app.domain.flow.choosing import Language, Menu
from ari_app.domain.flow.deciding import Branch, Set
from ari_app.domain.flow.identifying import Identify
from ari_app.domain.flow.listening import Listen
from ari_app.domain.flow.looking_up import LookingUp
from ari_app.domain.flow.opening import Hours
from ari_app.domain.flow.passing import Call, GoOn, Return
from ari_app.domain.flow.personal import PersonalMenu
from ari_app.domain.flow.reaching import Agent, Transfer
from ari_app.domain.flow.speaking import Hangup, Say
from ari_app.domain.flow.taking_down import Record, Survey
from ari_app.domain.flow.waiting import Callback, Mailbox, Queue

Node = (
    Say
    | Language
    | Menu
    | PersonalMenu
    | Listen
    | Ask
    | Set
    | Branch
    | LookingUp
    | Identify
    | Queue
    | Agent
    | Transfer
    | Mailbox
    | Callback
    | Call
    | Return
    | GoOn
    | Hangup
    | Hours
    | Survey
    | Record
)
