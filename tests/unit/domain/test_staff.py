from uuid import UUID

from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.staff import QueueConfig


def test_a_queue_is_called_what_its_rules_call_it() -> None:
    queue = QueueConfig(UUID(int=1), QueueRules(id="orders", name="订单"), 15, 120, 30)

    assert queue.name == "orders"
