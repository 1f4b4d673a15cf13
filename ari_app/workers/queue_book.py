"""The queues in force: read as a whole, again after each change; nothing wrong gets in."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Never

from ari_app.domain.staff import QueueConfig
from ari_app.domain.storm import Storm
from ari_app.workers import staffing
from ari_app.workers.follower import Follower, Listen
from ari_app.workers.recording_index import Ask

Use = Callable[[Sequence[QueueConfig]], object]


class QueueBook:
    """`use` is given every queue, each time. One that is not in use any more is left out, which is
    refused while a flow leads there."""

    def __init__(
        self,
        ask: Ask,
        listen: Listen,
        use: Use,
        prompts: Callable[[], Collection[str]],
        flows: Callable[[], Mapping[str, str | None]],
        storm: Callable[[], Storm | None] = lambda: None,
    ) -> None:
        """
        Args:
            flows: those in force now, as `domain.queue_check.Known` has them.
            storm: what changes the queues for a time, if anything does.
        """
        self._storm = storm
        self.needed: Callable[[], Mapping[str, str]] = dict  # as Known has it
        self._read: Sequence[QueueConfig] = ()
        self._ask = ask
        self._use = use
        self._prompts = prompts
        self._flows = flows
        self.follower = Follower("queue book", listen, self.load)

    async def load(self) -> None:
        """
        Raises:
            BadSettings: naming all that is wrong; the queues stay as they were.
            Unavailable: they do too.
        """
        prompts, flows, needed = self._prompts(), self._flows(), self.needed()
        self._read = await self._ask(lambda db: staffing.load_queues(db, prompts, flows, needed))
        self.use()

    def use(self) -> None:
        """What was read last, as the storm of the moment changes it."""
        storm = self._storm()
        self._use(storm.over(self._read) if storm else self._read)

    async def run(self) -> Never:
        """Follows what others change until cancelled."""
        await self.follower.run()
