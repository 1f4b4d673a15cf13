"""The node type `queue`: wait for an agent, then talk."""

from ari_app.domain.facts import EventType, Outcome, PlaceKind
from ari_app.domain.flow import Queue
from ari_app.flows.active import ActiveCall
from ari_app.flows.talk import talk
from ari_app.flows.waiting import Waiting
from ari_app.ports import Reached


async def wait_and_talk(call: ActiveCall, node: Queue) -> str:
    call.reached(Outcome.ABANDONED)
    call.placed(PlaceKind.QUEUE, queue=node.queue)
    async with call.line.place(call.facts, call.leg, call.room, node.queue) as place:
        call.happened(EventType.QUEUED, queue=node.queue, position=place.position)
        if not place.anybody:
            place.leaving("nobody")
            return "nobody"
        end = await Waiting(call, node, place).until_over()
        if not isinstance(end, Reached):
            place.leaving("timeout" if end == "timeout" else "key")
            return end
        await talk(call, end)
    return "talked"
