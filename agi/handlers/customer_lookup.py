"""agi://…/customer_lookup[,number]: who is this number? Without one, that of the caller.

Reads  CC_CALLER, CC_DIALLED (filtered by the dialplan)
Sets   CC_RESULT (found, unknown, wrong, unavailable), CC_CUSTOMER, CC_TIER, CC_LANGUAGE
       when found; CC_CUSTOMER empty and CC_TIER normal else
"""

from typing import Protocol

from agi.answered import Result, argument, asked
from agi.session import AgiSession
from agi.variables import CC_CALLER, CC_DIALLED
from ari_app.domain.call_end import NUMBER
from ari_app.domain.errors import NotFound
from ari_app.domain.route import DEFAULT_ROUTE, Customer


class Customers(Protocol):
    async def of_number(self, *, dialled: str, caller: str) -> Customer | None:
        """None when nobody has this number. Raises Unavailable."""


async def handle(agi: AgiSession, customers: Customers) -> None:
    said = await agi.get_variables(CC_CALLER, CC_DIALLED)
    number = argument(agi, 0) or said[CC_CALLER]
    dialled = said[CC_DIALLED] if NUMBER.fullmatch(said[CC_DIALLED]) else ""
    result, customer = Result.WRONG, None
    if number and NUMBER.fullmatch(number):
        result, customer = await asked(agi, _found(customers, dialled, number))
    answer = {"CC_RESULT": result.value, "CC_CUSTOMER": "", "CC_TIER": DEFAULT_ROUTE.tier}
    if customer is not None:
        answer |= {"CC_CUSTOMER": str(customer.id), "CC_TIER": customer.tier}
        if customer.language:
            answer["CC_LANGUAGE"] = customer.language
    await agi.set_variables(**answer)


async def _found(customers: Customers, dialled: str, caller: str) -> Customer:
    customer = await customers.of_number(dialled=dialled, caller=caller)
    if customer is None:
        raise NotFound("customer", "with this number")
    return customer
