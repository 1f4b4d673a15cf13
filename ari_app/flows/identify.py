"""The node type `identify`. Neither account number nor PIN is written to any event, log or step."""

import logging

from ari_app.domain.errors import Unavailable
from ari_app.domain.flow import IdentifiedBy, Identify
from ari_app.domain.pin import LONGEST as LONGEST_PIN
from ari_app.domain.route import Customer
from ari_app.flows.active import ActiveCall
from ari_app.flows.digits import ask_digits
from ari_app.flows.meanwhile import meanwhile

log = logging.getLogger(__name__)

LONGEST_ACCOUNT = 20


async def identify(call: ActiveCall, node: Identify) -> str:
    is_known = call.facts.customer_id is not None
    if node.by is not IdentifiedBy.PIN and is_known:
        return "known"
    if node.by is IdentifiedBy.NUMBER:
        return "unknown"
    try:
        return await _by_pin(call, node)
    except Unavailable as error:
        log.warning("nobody can be identified: %s", error, extra={"call_id": str(call.facts.id)})
        return "failed"


async def _by_pin(call: ActiveCall, node: Identify) -> str:
    for _ in range(node.tries):
        customer = await _asked(call, node)
        if customer is not None:
            call.identified_as(customer)
            return "known"
        await call.say((node.refused_prompt,))
    return "unknown"


async def _asked(call: ActiveCall, node: Identify) -> Customer | None:
    """Both are asked for, whatever the first was: an account that is not there sounds like one
    that is."""
    leg, language, within = call.leg, call.language, node.within_seconds
    account = await ask_digits(
        leg, node.account_prompts, language, longest=LONGEST_ACCOUNT, within=within
    )
    pin = await ask_digits(leg, node.pin_prompts, language, longest=LONGEST_PIN, within=within)
    if not (account.isdecimal() and pin.isdecimal()):
        return None
    judging = call.enquiries.customers.judge(account, pin, call.facts.caller)
    return await meanwhile(call, judging, node.meanwhile_prompt)
