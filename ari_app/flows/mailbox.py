"""The node type `mailbox`: the caller leaves a message."""

from uuid import uuid5

from ari_app import breakpoints
from ari_app.domain.facts import EventType, MessageLeft, Outcome, PlaceKind
from ari_app.domain.flow import Mailbox
from ari_app.flows.active import ActiveCall


async def leave_message(call: ActiveCall, node: Mailbox) -> str:
    """Set first, kept whatever happens: most callers end a message by hanging up, and the
    length then comes from the file (workers/messages.py)."""
    number = call.step
    name = f"{call.facts.id}-{number}"
    call.placed(PlaceKind.MAILBOX, mailbox=node.mailbox, recording=name)
    await call.say((*node.prompts, "beep"))
    call.reached(Outcome.LEFT_MESSAGE)
    seconds = 0.0
    try:
        seconds = await call.leg.record(name, longest=node.longest_seconds)
    finally:
        breakpoints.at("message.recorded")
        _note(call, node, name, seconds)
    kept = seconds >= node.shortest_seconds
    await call.say(("message-saved" if kept else "message-too-short",))
    return "next"


def _note(call: ActiveCall, node: Mailbox, name: str, seconds: float) -> None:
    call.happened(EventType.LEFT_MESSAGE, mailbox=node.mailbox, seconds=round(seconds, 1))
    call.journal.write(
        MessageLeft(
            call_id=call.facts.id,
            arrived_at=call.facts.arrived_at,
            at=call.clock.now(),
            message_id=uuid5(call.facts.id, name),
            mailbox=node.mailbox,
            name=name,
            seconds=seconds,
            caller=call.facts.caller,
            language=call.language,
        )
    )
