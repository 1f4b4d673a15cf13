"""What missed offers lead to: the table `missed_offer_rule`."""

from ari_app.domain.missed import MissedRule, MissedRules
from ari_app.store.db import Db


async def load(db: Db) -> MissedRules:
    """Without a row for the site, the rule is the one it is born with."""
    rows = await db.fetch(
        """
        SELECT queue_id, missed_before_pause, back_off_seconds, is_pausing, counts_refused
          FROM missed_offer_rule
        """
    )
    rules = {
        row["queue_id"]: MissedRule(
            row["missed_before_pause"],
            row["back_off_seconds"],
            row["is_pausing"],
            row["counts_refused"],
        )
        for row in rows
    }
    return MissedRules(rules.pop(None, MissedRule()), rules)
