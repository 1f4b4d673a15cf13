"""Named moments between one act and the next, where a test may end the process.

Nothing in the product arms one; `python -m ari_app` cannot be told to. tests/faults/armed.py does.
"""

from collections.abc import Callable

POINTS = {
    "call.met": "nothing of a new call is written yet",
    "call.started": "its record is begun",
    "call.answered": "its record says that it was answered",
    "queue.entered": "its visit is written, nobody is chosen yet",
    "offer.reserved": "an agent is reserved, the offer is not written",
    "offer.committed": "the offer is in the database, no phone rings",
    "offer.answered": "the agent has answered, nothing says so yet",
    "offer.accepted": "the agent is talking in the record, not in a bridge",
    "talk.placed": "the saved step is the talk, the two are not joined",
    "talk.joined": "the two are joined, the timeline does not say so",
    "direct.committed": "a colleague's offer is in the database, no phone rings",
    "direct.accepted": "the colleague is talking in the record, not in a bridge",
    "consult.answered": "the colleague has answered the agent, the two are not joined",
    "transfer.placed": "the saved step says whom the caller goes to, nothing is done about it",
    "handover.placed": "the saved step is the talk with the colleague, nothing is done about it",
    "handover.joined": "the caller is with the colleague, the first agent still there",
    "outbound.committed": "an attempt is in the database, nothing is dialled",
    "outbound.answered": "the number outside has answered, nothing says so yet",
    "outside.placed": "the saved step is the talk with a number outside, the two are not joined",
    "talk.over": "the agent's leg is gone, the agent not in wrap-up",
    "wrap_up.begun": "the agent is in wrap-up, the database may not know",
    "wrap_up.over": "wrap-up is over, the agent not ready",
    "message.recorded": "Asterisk has a message that is written nowhere",
    "message.filed": "its file is in the archive, its row does not say so",
    "call.ending": "the caller is gone, the record is open",
    "call.ended": "the end is on its way to the database, the recording not looked at",
    "recording.written": "its file is in the archive, not in the index",
    "recording.indexed": "it is in the index, its spool files are still there",
}

_actions: dict[str, Callable[[], object]] = {}


def at(point: str) -> None:
    """Here is `point`."""
    if _actions and (action := _actions.get(point)) is not None:
        action()


def arm(point: str, action: Callable[[], object]) -> None:
    """For tests. Raises: KeyError when there is no such point."""
    if point not in POINTS:
        raise KeyError(point)
    _actions[point] = action


def disarm() -> None:
    _actions.clear()
