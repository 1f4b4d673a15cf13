"""What databases and services answer in a trial: the variables the situation names."""

from collections.abc import Mapping
from uuid import UUID

from ari_app.domain.lookup import LookUp
from ari_app.domain.route import DEFAULT_ROUTE, Customer
from ari_app.ports import Enquiries
from ari_app.trial.situation import Situation

SOMEBODY = UUID(int=1)


class TrialLookUps:
    """Found are the variables of the situation, by the names of columns; without any, nothing."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    async def look_up(
        self,
        query: LookUp,  # noqa: ARG002
        values: Mapping[str, str],  # noqa: ARG002
    ) -> Mapping[str, str] | None:
        return dict(self._situation.variables) or None


class TrialCustomers:
    """Any account and PIN are right for a caller whom the situation gives a tier."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    async def judge(
        self,
        account: str,  # noqa: ARG002
        pin: str,  # noqa: ARG002
        caller: str,  # noqa: ARG002
    ) -> Customer | None:
        if self._situation.tier == DEFAULT_ROUTE.tier:
            return None
        return Customer(SOMEBODY, self._situation.tier, None)


def trial_enquiries(situation: Situation) -> Enquiries:
    return Enquiries(TrialLookUps(situation), TrialCustomers(situation))
