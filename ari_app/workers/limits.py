"""What a queue puts a caller's patience to."""

from ari_app.domain.staff import QueueConfig
from ari_app.ports import QueueLimits

FIRST_WORD_AFTER = 3.0


def limits_of(queue: QueueConfig) -> QueueLimits:
    return QueueLimits(
        max_wait=queue.max_wait_seconds,
        first_word_after=FIRST_WORD_AFTER,
        announce_every=queue.announce_every_seconds,
        comfort=queue.comfort,
        keep_place=queue.keep_place_seconds,
        says_agent_number=queue.is_saying_agent_number,
    )
