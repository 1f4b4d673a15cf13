"""Versions of flows that exist only in memory."""

from collections.abc import Collection

from ari_app.domain.flow import Flow, Hangup
from ari_app.domain.lookup import LookUp
from ari_app.domain.route import DEFAULT_ROUTE


class FakeFlows:
    """All flows of one version; the first is what an unknown name gets."""

    def __init__(self, *flows: Flow, version: str = "0123456789ab") -> None:
        bye = Flow(name=DEFAULT_ROUTE.flow, start="bye", node={"bye": Hangup()})
        self.version = version
        self._flows = {flow.name: flow for flow in flows or (bye,)}

    def get(self, name: str) -> Flow:
        return self._flows.get(name, next(iter(self._flows.values())))

    def query(self, name: str) -> LookUp:
        return LookUp(name=name, columns=("status",), sql="SELECT 1")


class FakeVersions:
    """`now` is what new calls get."""

    def __init__(self, now: FakeFlows, *others: FakeFlows) -> None:
        self.now = now
        self._all = {one.version: one for one in (now, *others)}

    def publish(self, flows: FakeFlows) -> None:
        self.now = self._all[flows.version] = flows

    def of(self, version: str) -> FakeFlows:
        return self._all.get(version, self.now)

    async def bring(self, versions: Collection[str]) -> Collection[FakeFlows]:
        return [self._all[version] for version in versions if version in self._all]
