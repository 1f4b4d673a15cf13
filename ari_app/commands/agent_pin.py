"""`hotline agents pin`: what an agent presses after `*45`; who set it is kept, what it is not."""

import sys
from typing import Annotated

import typer

from ari_app.commands.terminal import Terminal
from ari_app.commands.trouble import NotPossible

GENERATED_DIGITS = 6


async def pin(
    terminal: Terminal,
    number: Annotated[int, typer.Argument(min=1, help="The agent's number.")],
    generate: Annotated[bool, typer.Option("--generate", help="Make one up and print it.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Log in without from now on.")] = False,
    unlock: Annotated[bool, typer.Option("--unlock", help="Only end a lock.")] = False,
) -> None:
    """Set an agent's PIN: typed twice, or read from a pipe. It holds from the next *45 on."""
    if generate + clear + unlock > 1:
        raise typer.BadParameter("one of --generate, --clear, --unlock")
    chosen = None if clear or unlock else made_up() if generate else typed()
    did = "unlocked" if unlock else "cleared" if clear else "set"
    await _keep(terminal, number, did, chosen)
    document: dict[str, int | str] = {"agent": number, "did": did}
    if generate and chosen:
        document["pin"] = chosen
    line = f"agent {number}: PIN {did}" + (f", {chosen}" if generate else "")
    terminal.answer(document, lambda: line)


async def _keep(terminal: Terminal, number: int, did: str, chosen: str | None) -> None:
    import getpass
    import secrets

    from ari_app.commands.database import database
    from ari_app.domain.pin import SALT_BYTES, hashed
    from ari_app.store import pins, trail

    kept = hashed(chosen, secrets.token_bytes(SALT_BYTES)) if chosen else None
    async with database(terminal.site()) as db, db.transaction():
        await pins.load(db, number)  # is there such an agent?
        if did != "unlocked":
            await pins.set_hash(db, number, kept)
        await pins.forget_tries(db, number)
        subject = f"agent {number}"
        await trail.note(db, who=getpass.getuser(), action=f"pin_{did}", object=subject, detail={})


def typed() -> str:
    from ari_app.domain.pin import objection

    if sys.stdin.isatty():
        given = str(typer.prompt("PIN", hide_input=True, confirmation_prompt=True))
    else:
        given = sys.stdin.readline().strip()
    if wrong := objection(given):
        raise NotPossible(wrong, "`hotline agents pin NUMBER --generate` makes a good one")
    return given


def made_up() -> str:
    import secrets

    from ari_app.domain.pin import objection

    while objection(made := f"{secrets.randbelow(10**GENERATED_DIGITS):0{GENERATED_DIGITS}d}"):
        pass
    return made
