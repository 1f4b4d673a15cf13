from datetime import UTC, datetime

from ari_app.domain.lookup import LookUp
from ari_app.trial.enquiries import trial_enquiries
from ari_app.trial.situation import Situation

ANY = LookUp(name="any", columns=("status",))
AT = datetime(2026, 8, 3, 12, tzinfo=UTC)


async def test_a_look_up_finds_the_variables_of_the_situation() -> None:
    known = trial_enquiries(Situation(AT, variables={"status": "done"}))

    assert await known.lookups.look_up(ANY, {}) == {"status": "done"}
    assert await trial_enquiries(Situation(AT)).lookups.look_up(ANY, {}) is None


async def test_a_caller_with_a_tier_knows_account_and_pin() -> None:
    somebody = await trial_enquiries(Situation(AT, tier="vip")).customers.judge("1", "2", "3")

    assert somebody is not None
    assert somebody.tier == "vip"
    assert await trial_enquiries(Situation(AT)).customers.judge("1", "2", "3") is None
