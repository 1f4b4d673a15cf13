"""agi://…/ping: shows that requests are served, without a database. Sets nothing."""

from agi.session import AgiSession

ANSWER = "pong"


async def handle(agi: AgiSession) -> None:
    await agi.verbose(ANSWER)
