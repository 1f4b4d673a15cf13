"""`hotline customers`: what they key in to say who they are; who set it is kept, what is not."""

from typing import Annotated

import typer

from ari_app.commands.agent_pin import made_up, typed
from ari_app.commands.register import application, command
from ari_app.commands.terminal import Terminal


def add_to(app: typer.Typer) -> None:
    family = application("Customers: how they say who they are.")
    command(family, "pin")(pin)
    app.add_typer(family, name="customers")


async def pin(
    terminal: Terminal,
    phone: Annotated[str, typer.Argument(help="A number of the customer's.")],
    account: Annotated[str, typer.Argument(help="The account number to key in: 4 to 20 digits.")],
    generate: Annotated[bool, typer.Option("--generate", help="Make one up and print it.")] = False,
) -> None:
    """Set account number and PIN of a customer: typed twice, or read from a pipe."""
    if not (account.isascii() and account.isdecimal() and 4 <= len(account) <= 20):  # noqa: PLR2004
        raise typer.BadParameter("an account number is 4 to 20 digits")
    chosen = made_up() if generate else typed()
    await _keep(terminal, phone, account, chosen)
    document = {"account": account, "did": "set"} | ({"pin": chosen} if generate else {})
    line = f"account {account}: PIN set" + (f", {chosen}" if generate else "")
    terminal.answer(document, lambda: line)


async def _keep(terminal: Terminal, phone: str, account: str, chosen: str) -> None:
    import getpass
    import secrets

    from ari_app.commands.database import database
    from ari_app.domain.errors import NotFound
    from ari_app.domain.pin import SALT_BYTES, hashed
    from ari_app.store import customer_pins, trail

    kept = hashed(chosen, secrets.token_bytes(SALT_BYTES))
    async with database(terminal.site()) as db, db.transaction():
        if not await customer_pins.set_pin(db, phone, account, kept):
            raise NotFound("customer with the number", phone)
        await customer_pins.forget_tries(db, (f"account {account}",))
        subject = f"account {account}"
        await trail.note(db, who=getpass.getuser(), action="pin_set", object=subject, detail={})
