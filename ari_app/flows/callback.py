"""The node type `callback`: the caller need not wait, we call when it is their turn."""

import re

from ari_app.domain.callback import FOR_GOOD
from ari_app.domain.day_part import DayPart
from ari_app.domain.errors import CallerHungUp
from ari_app.domain.facts import Outcome
from ari_app.domain.flow import Callback
from ari_app.domain.speech import Language, phone_number
from ari_app.flows.active import ActiveCall
from ari_app.flows.digits import ask_digits

CALLABLE = re.compile(r"[0-9]{7,15}")  # E.164 has 15 digits at most; shorter ones are services
YES, ANOTHER = "1", "2"
PARTS = {"2": DayPart.MORNING, "3": DayPart.AFTERNOON, "4": DayPart.EVENING}  # 1: at once
LONGEST = 20  # nobody's number is longer


async def book_callback(call: ActiveCall, node: Callback) -> str:
    """Reads the number back until the caller says yes, or anything else than another number. Only
    what we could call is promised to be called."""
    number = call.facts.caller
    for _ in range(node.tries):
        if not _is_callable(call, number):
            number = await _ask_number(call)
            continue
        key = await _confirm(call, node, number)
        if key == YES:
            return await _book(call, node, number, await _when(call, node))
        if key != ANOTHER:
            break
        number = ""
    await call.say(("your-place-is-kept",))
    return "declined"


async def _confirm(call: ActiveCall, node: Callback, number: str) -> str:
    language: Language = call.language  # type: ignore[assignment]
    words = ("we-will-call-back-at", *phone_number(number, language), "confirm-callback-number")
    key = await call.leg.ask(words, language, within=node.within_seconds)
    if key:
        call.pressed(key)
    return key


async def _when(call: ActiveCall, node: Callback) -> DayPart | None:
    """Whoever does not say, or hangs up now, is called as soon as possible."""
    if not node.asks_when:
        return None
    prompts = ("when-to-call-back",)
    try:
        key = await call.leg.ask(prompts, call.language, within=node.within_seconds)
    except CallerHungUp:
        return None
    if key:
        call.pressed(key)
    return PARTS.get(key)


async def _ask_number(call: ActiveCall) -> str:
    prompts = ("enter-callback-number",)
    number = await ask_digits(call.leg, prompts, call.language, longest=LONGEST)
    if not _is_callable(call, number):
        await call.say(("not-a-callback-number",))
    return number


def _is_callable(call: ActiveCall, number: str) -> bool:
    """What the outbound gate refuses for now may be dialled when its time comes."""
    is_number = CALLABLE.fullmatch(number) is not None
    return is_number and call.outside.why_not(number) not in FOR_GOOD


async def _book(call: ActiveCall, node: Callback, number: str, part: DayPart | None) -> str:
    place = call.facts.left.get(node.queue)
    since = place.since if place else call.clock.now()
    call.line.book_callback(call.facts, node.queue, number, since, part)
    call.reached(Outcome.CALLBACK_BOOKED)
    await call.journal.durable()  # what was promised must not be forgotten
    await call.say(("callback-booked",))
    return "booked"
