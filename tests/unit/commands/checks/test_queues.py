"""What is wrong with queues is said with its place and its cure."""

import pytest

from ari_app.commands.checks.queues import check_queues
from ari_app.domain.acd.comfort import Comfort
from ari_app.domain.acd.overflow import Destination, DestinationKind, OverflowBy, OverflowRule
from ari_app.domain.acd.rules import Relaxation
from ari_app.domain.queue_check import Known, queue_problems
from ari_app.domain.staff import QueueConfig
from tests.fakes.floor import a_queue

QUEUE_ITSELF = Destination(DestinationKind.QUEUE, "orders")
KNOWN = Known(skills={"orders"}, prompts={"opening-hours"})


@pytest.mark.parametrize(
    ("queue", "place", "what", "cure"),
    [
        (a_queue(requires={"order": 3}), "requires", "unknown skill 'order'", "table skill"),
        (
            a_queue(requires={"orders": 3}, relaxation=(Relaxation(30, {"orders": 4}),)),
            "relaxation step 1",
            "goes backwards",
            "the same or less",
        ),
        (
            a_queue(comfort=(Comfort(("no-such",), 20),)),
            "comfort 1",
            "prompt 'no-such' is not in the manifest",
            "make sounds",
        ),
        (
            a_queue(overflow=(OverflowRule(OverflowBy.WAIT, 60, QUEUE_ITSELF),)),
            "overflow 1",
            "leads round in a circle, orders -> orders",
            "mailbox",
        ),
    ],
)
def test_each_problem_has_place_and_cure(
    queue: QueueConfig, place: str, what: str, cure: str
) -> None:
    (found,) = check_queues(queue_problems([queue], KNOWN))

    assert found.place == f"queue 'orders', {place}"
    assert found.what.startswith(what)
    assert cure in found.cure
