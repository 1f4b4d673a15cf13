"""`hotline agents set`: a supervisor moves an agent; who and why is kept."""

from typing import Annotated, Literal

import typer

from ari_app.commands import engine
from ari_app.commands.terminal import Terminal

State = Literal["ready", "paused", "logged_out"]


async def set_state(
    terminal: Terminal,
    number: Annotated[int, typer.Argument(min=1, help="The agent's number.")],
    state: Annotated[State, typer.Argument(help="What the agent is to be.")],
    why: Annotated[str, typer.Option("--why", help="The reason; it is kept.")],
) -> None:
    """Make an agent ready, paused or logged out; in a call or an offer, after it."""
    import getpass

    wanted = {"id": number, "state": state, "who": getpass.getuser(), "why": why}
    done = await engine.order(terminal.site(), "agents", wanted, "agent")
    line = f"agent {number}: {done['before']} -> {done['after']} ({done['did']})"
    terminal.answer(done, lambda: line)
