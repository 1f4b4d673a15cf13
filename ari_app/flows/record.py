"""The node type `record`: an order or complaint, spoken part by part.

Each take has a name of its own. One that the caller does not want is thrown away; where Asterisk
cannot be asked to, it is found after the call like any message.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid5

from ari_app.domain.errors import Unavailable
from ari_app.domain.facts import EventType, MessageLeft, Outcome, PlaceKind
from ari_app.domain.flow import Part, Record
from ari_app.domain.message import SHORTEST_SECONDS, MessageName
from ari_app.flows.active import ActiveCall

KEEP, AGAIN = "1", "2"


async def take_record(call: ActiveCall, node: Record) -> str:
    record_id = uuid5(call.facts.id, f"record/{call.step}")
    await call.leg.play(node.prompts, call.language, until_key=True)
    return await _take_from(call, node, record_id, 0)


async def resume(call: ActiveCall, node: Record, kind: PlaceKind, state: Mapping[str, Any]) -> str:
    """Goes on with the part that was being spoken: it is asked for again."""
    if kind is not PlaceKind.MAILBOX or "record" not in state:
        return await take_record(call, node)
    return await _take_from(call, node, UUID(state["record"]), int(state["part"]))


async def _take_from(call: ActiveCall, node: Record, record_id: UUID, first: int) -> str:
    for number in range(first, len(node.parts)):
        if not await _take(call, node, record_id, number):
            return "given_up"
    await call.journal.durable()  # what was promised must not be forgotten
    await call.say(node.saved_prompts)
    return "recorded"


async def _take(call: ActiveCall, node: Record, record_id: UUID, number: int) -> bool:
    """Is there something that the caller wants to keep? The last take is kept in any case."""
    part = node.parts[number]
    for tries_left in reversed(range(node.tries)):
        name = str(MessageName(call.facts.id, call.step))
        call.placed(
            PlaceKind.MAILBOX,
            mailbox=node.mailbox,
            recording=name,
            record=str(record_id),
            part=number,
        )
        await call.say((*part.prompts, "beep"))
        seconds, is_wanted = 0.0, True  # whoever hangs up now means what was said
        try:
            seconds = await call.leg.record(name, longest=part.longest_seconds)
            is_wanted = seconds >= max(node.shortest_seconds, SHORTEST_SECONDS) and (
                not tries_left or await _is_wanted(call, node, name)
            )
        finally:
            if is_wanted:
                _note(call, node, record_id, part, name, seconds)
        if is_wanted:
            return True
        if seconds < node.shortest_seconds:
            await call.say(("message-too-short",))
        with suppress(Unavailable):
            await call.leg.forget_recording(name)
    return False


async def _is_wanted(call: ActiveCall, node: Record, name: str) -> bool:
    """Played back, as often as they like: by 3, by the `#` that ended it, by any other key. Silence
    keeps it."""
    while True:
        heard = (f"recording:{name}", "keep-or-again")
        key = await call.leg.ask(heard, call.language, within=node.within_seconds)
        if key:
            call.pressed(key)
        if key in (KEEP, AGAIN, ""):
            return key != AGAIN


def _note(
    call: ActiveCall, node: Record, record_id: UUID, part: Part, name: str, seconds: float
) -> None:
    call.reached(Outcome.LEFT_MESSAGE)
    call.happened(
        EventType.LEFT_MESSAGE,
        mailbox=node.mailbox,
        record=node.record,
        part=part.name,
        seconds=round(seconds, 1),
    )
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
            record_id=record_id,
            record=node.record,
            part=part.name,
        )
    )
