"""Sample phones that start work, whatever their agents have been doing."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ari_app.commands.staff_phones import WRAP_UP_SECONDS, StaffPhones
from ari_app.commands.transcript import Transcript
from ari_app.commands.trouble import NotPossible
from tests.unit.commands.samples import terminal
from tests.unit.commands.test_caller import FakeParty


class Work:
    """Agent 1001 at a phone, and what a transcript says of both."""

    def __init__(self, state: str, later: str = "", after: float = 0.0) -> None:
        """Args: later: the state after so many seconds."""
        self.state, self.dialled = state, list[str]()
        self.on_ring: dict[str, Callable[[Any], None]] = {}
        self.told = Transcript(terminal(as_json=True), {}, now=lambda: 0.0)
        self.phones = StaffPhones(
            self,  # type: ignore[arg-type]
            ["1001"],
            self._states,
            self.told,
            self._ordered,
        )
        if later:
            asyncio.get_running_loop().call_later(after, setattr, self, "state", later)

    async def feature(self, extension: str, code: str) -> FakeParty:
        self.dialled.append(code)
        self.state = "ready"
        return FakeParty([])

    async def _states(self) -> Mapping[str, str]:
        return {"1001": self.state}

    async def _ordered(self, extension: str) -> None:
        raise AssertionError("it has no PIN")

    @property
    def noted(self) -> list[str]:
        return [entry.what for entry in self.told.entries if entry.did == "noted"]


async def test_who_is_logged_out_logs_in() -> None:
    work = Work("logged_out")

    await work.phones.start_work()

    assert (work.dialled, work.noted, [*work.on_ring]) == (["*45"], [], ["1001"])


@pytest.mark.parametrize("state", ["talking", "paused"])
async def test_who_is_at_work_already_is_only_told_of(state: str) -> None:
    work = Work(state)

    await work.phones.start_work()

    assert (work.dialled, work.noted, [*work.on_ring]) == ([], [state], ["1001"])


@pytest.mark.parametrize(("later", "dialled"), [("logged_out", ["*45"]), ("ready", [])])
async def test_the_wrap_up_of_a_call_of_a_moment_ago_is_waited_for(
    later: str, dialled: list[str]
) -> None:
    work = Work("wrap_up", later, after=8.0)

    await work.phones.start_work()

    assert (work.dialled, work.noted, [*work.on_ring]) == (dialled, ["wrap_up"], ["1001"])
    assert asyncio.get_running_loop().time() == pytest.approx(8.0, abs=0.2)


async def test_a_wrap_up_without_end_is_said_to_be_in_the_way() -> None:
    work = Work("wrap_up")

    with pytest.raises(NotPossible, match="1001") as refused:
        await work.phones.start_work()

    assert "hotline agents set 1001 ready" in refused.value.next_step
    assert asyncio.get_running_loop().time() >= WRAP_UP_SECONDS
