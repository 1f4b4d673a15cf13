"""Databases and services that answer what a test says, after a while."""

import asyncio
from collections.abc import Mapping

from ari_app.domain.lookup import LookUp
from ari_app.domain.route import Customer
from ari_app.ports import Enquiries


class FakeLookUps:
    def __init__(self) -> None:
        self.answers: dict[str, Mapping[str, str] | Exception | None] = {}
        self.seconds = 0.0
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    async def look_up(self, query: LookUp, values: Mapping[str, str]) -> Mapping[str, str] | None:
        self.asked.append((query.name, values))
        await asyncio.sleep(self.seconds)
        answer = self.answers.get(query.name)
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeCustomers:
    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Customer] = {}  # by account and PIN
        self.seconds = 0.0
        self.broken: Exception | None = None
        self.asked: list[tuple[str, str, str]] = []

    async def judge(self, account: str, pin: str, caller: str) -> Customer | None:
        self.asked.append((account, pin, caller))
        await asyncio.sleep(self.seconds)
        if self.broken is not None:
            raise self.broken
        return self.known.get((account, pin))


class FakeEnquiries:
    def __init__(self) -> None:
        self.lookups = FakeLookUps()
        self.customers = FakeCustomers()
        self.asked = Enquiries(self.lookups, self.customers)
