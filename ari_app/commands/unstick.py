"""`hotline unstick agent` and `hotline unstick call`: free what hangs; who and why is kept."""

from typing import Annotated, Any

import typer

from ari_app.commands import engine
from ari_app.commands.register import application, command
from ari_app.commands.terminal import Terminal

WhyOption = Annotated[str, typer.Option("--why", help="The reason; it is kept.")]


def add_to(app: typer.Typer) -> None:
    family = application("Free what hangs: an agent, a call.", no_args_is_help=True)
    command(family, "agent")(agent)
    command(family, "call")(call)
    app.add_typer(family, name="unstick")


async def agent(
    terminal: Terminal,
    number: Annotated[int, typer.Argument(min=1, help="The agent's number.")],
    why: WhyOption,
) -> int:
    """End what the agent is said to be busy with: the leg, the offer, the wrap-up."""
    return await _unstick(terminal, {"type": "agent", "id": number, "why": why})


async def call(
    terminal: Terminal,
    call: Annotated[str, typer.Argument(help="A call id, its beginning, or `last`.")],
    why: WhyOption,
) -> int:
    """Take the call out of its flow: the caller goes on in the fallback."""
    from ari_app.commands.calls import identify
    from ari_app.commands.database import database

    async with database(terminal.site()) as db:
        call_id = await identify(db, call)
    return await _unstick(terminal, {"type": "call", "id": str(call_id), "why": why})


async def _unstick(terminal: Terminal, order: dict[str, Any]) -> int:
    import getpass

    wanted = {**order, "who": getpass.getuser()}
    done = await engine.order(terminal.site(), "unstick", wanted, order["type"])
    line = f"{done['subject']}: {done['before']} -> {done['after']} ({done['did']})"
    terminal.answer(done, lambda: line)
    return 1 if done["did"] == "nothing" else 0
