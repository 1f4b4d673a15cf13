import asyncio
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ari_app.domain.errors import Unavailable
from ari_app.domain.lookup import LookUp
from ari_app.workers.lookups import AT_ONCE, LookUps

QUERY = LookUp(
    name="status",
    parameters=("number",),
    columns={"status": "order.status", "paid": "order.paid"},
    url="https://erp.example.com/{number}",
    deadline_seconds=4.0,
)


class Service:
    def __init__(self, answer: Any, seconds: float = 0.0) -> None:
        self.asked: list[str] = []
        self.answer = answer
        self.seconds = seconds

    async def fetch(self, url: str, seconds: float) -> Any:
        self.asked.append(url)
        await asyncio.sleep(self.seconds)
        return self.answer


def lookups(service: Service) -> LookUps:
    async def nobody() -> Any:
        raise Unavailable("no database here")

    return LookUps(nobody, service.fetch, ZoneInfo("Asia/Shanghai"))


async def test_the_columns_are_picked_from_the_answer_of_a_service() -> None:
    service = Service({"order": {"status": "done", "secret": "x"}})

    assert await lookups(service).look_up(QUERY, {"number": "7"}) == {
        "status": "done",
        "paid": "",
    }
    assert service.asked == ["https://erp.example.com/7"]


async def test_no_answer_is_nothing() -> None:
    assert await lookups(Service(None)).look_up(QUERY, {"number": "7"}) is None


async def test_a_service_that_hangs_is_given_up_at_the_deadline() -> None:
    began = asyncio.get_running_loop().time()

    with pytest.raises(Unavailable, match="in time"):
        await lookups(Service({}, 60)).look_up(QUERY, {})
    assert asyncio.get_running_loop().time() - began == 4.0


async def test_a_queue_of_askers_is_part_of_the_deadline() -> None:
    slow = lookups(service := Service({}, 3))
    asking = [asyncio.create_task(slow.look_up(QUERY, {})) for _ in range(2 * AT_ONCE)]

    done = await asyncio.gather(*asking, return_exceptions=True)

    assert [isinstance(one, Unavailable) for one in done] == [False] * AT_ONCE + [True] * AT_ONCE
    assert len(service.asked) == 2 * AT_ONCE
