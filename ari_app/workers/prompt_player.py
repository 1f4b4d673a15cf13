"""Rings an agent's phone and plays a prompt there: for who wants to hear what callers hear."""

import asyncio
import logging
from collections.abc import Callable
from uuid import uuid4

from ari_app.domain.errors import CallerHungUp, IllegalTransition, NotAnswered
from ari_app.domain.invitation import Invitation
from ari_app.domain.unstick import Order, PlayedOn
from ari_app.flows.beside import beside
from ari_app.ports import Leg, Room
from ari_app.workers import audited
from ari_app.workers.live_tasks import LiveTasks
from ari_app.workers.recording_index import Ask
from ari_app.workers.roster import Roster

log = logging.getLogger(__name__)

RING_SECONDS = 20.0


class PromptPlayer:
    def __init__(self, ask: Ask, open_room: Callable[[], Room], roster: Roster) -> None:
        self._ask = ask
        self._open_room = open_room
        self._roster = roster
        self._tasks = LiveTasks("prompt")

    async def play(self, agent_id: int, prompt: str, language: str, order: Order) -> PlayedOn:
        """Returns once the phone has answered; the prompt is heard after that.

        Raises:
            NotFound: no such agent.
            IllegalTransition: there is no phone, or it did not answer.
            Unavailable: PostgreSQL or Asterisk.
        """
        phone = self._roster.seat(agent_id).member.phone
        if phone is None:
            raise IllegalTransition(f"agent {agent_id}: there is no phone to ring")
        detail = {"prompt": f"{language}/{prompt}"}
        await audited.note(self._ask, "prompt_played", f"agent {agent_id}", order, detail)
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        name = f"prompt-{uuid4()}"
        self._tasks.start(self._serve(name, phone, (prompt, language), answered), name)
        await answered
        return PlayedOn(agent_id, phone, prompt)

    async def _serve(
        self, name: str, phone: str, what: tuple[str, str], answered: "asyncio.Future[None]"
    ) -> None:
        room = self._open_room()
        try:
            async with beside(room.run(), f"events of {name}"):
                invitation = Invitation(
                    endpoint=f"PJSIP/{phone}",
                    caller_id="hotline",
                    seconds=RING_SECONDS,
                    originator="",
                    variables={},
                )
                leg = await room.ring(name, invitation)
                if not answered.done():
                    answered.set_result(None)
                await _say(leg, *what)
        except CallerHungUp:
            pass
        except NotAnswered as error:
            _tell(answered, IllegalTransition(f"the phone did not answer ({error.cause})"))
        except Exception as error:
            _tell(answered, error)
            raise
        finally:
            room.close()


def _tell(answered: "asyncio.Future[None]", error: Exception) -> None:
    if not answered.done():
        answered.set_exception(error)


async def _say(leg: Leg, prompt: str, language: str) -> None:
    await leg.play((prompt,), language)
    await leg.hang_up()
