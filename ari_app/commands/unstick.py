"""`hotline unstick agent` and `hotline unstick call`: free what hangs; who and why is kept."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ari_app.commands.register import application, command
from ari_app.commands.terminal import Terminal

if TYPE_CHECKING:
    from ari_app.site.layout import Site

WhyOption = Annotated[str, typer.Option("--why", help="The reason; it is kept.")]
PATIENCE = 30.0  # seconds


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

    done = await _post(terminal.site(), {**order, "who": getpass.getuser()})
    line = f"{done['subject']}: {done['before']} -> {done['after']} ({done['did']})"
    terminal.answer(done, lambda: line)
    return 1 if done["did"] == "nothing" else 0


async def _post(site: "Site", order: dict[str, Any]) -> dict[str, Any]:
    """
    Raises:
        NotFound: nobody of that name.
        Unavailable: the engine does not answer, or could not reach what it needs.
    """
    import aiohttp

    from ari_app.commands.trouble import NotPossible
    from ari_app.domain.errors import NotFound, Unavailable

    address = f"http://127.0.0.1:{site.ports.web}/control/unstick"
    headers = {"Authorization": f"Bearer {site.secrets.control}"}
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers) as http,
            http.post(address, json=order) as answer,
        ):
            said: dict[str, Any] = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise Unavailable(f"ari_app: {str(error) or type(error).__name__}") from error
    match said.get("code"):
        case None:
            return said
        case "not_found":
            raise NotFound(order["type"], order["id"])
        case "unavailable":
            raise Unavailable(said["detail"])
    raise NotPossible(f"refused: {said['detail']}", "`hotline status` says how the engine is")
