"""What letting an offer ring out (ring-no-answer) leads to, by queue or for the whole site."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from ari_app.domain.facts import OfferResult


@dataclass(frozen=True, slots=True)
class MissedRule:
    """No offer for `back_off_seconds` after each, and (`is_pausing`) a pause at the
    `before_pause`-th in a row. `counts_refused`: a refused offer is the same as a missed one."""

    before_pause: int = 2
    back_off_seconds: float = 0.0
    is_pausing: bool = True
    counts_refused: bool = False

    def counts(self, result: OfferResult) -> bool:
        return result is OfferResult.TIMED_OUT or (
            self.counts_refused and result is OfferResult.REFUSED
        )

    def pauses_at(self, missed: int) -> bool:
        """Args: missed: offers in a row, whatever queues they came from."""
        return self.is_pausing and missed >= self.before_pause


@dataclass(frozen=True, slots=True)
class MissedRules:
    """The queue whose offer was missed decides; `site` for queues without a rule of their own."""

    site: MissedRule = MissedRule()
    queues: Mapping[UUID, MissedRule] = field(default_factory=dict)

    def of(self, queue_id: UUID) -> MissedRule:
        return self.queues.get(queue_id, self.site)
