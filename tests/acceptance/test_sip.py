"""SIP as trunks and strangers really speak it: bursts, copies, second thoughts, scans."""

import asyncio
import itertools
import os

import pytest

from ari_app.lab.lab import LOAD_TRUNK, until
from tests.lab.hotline import Hotline
from tests.lab.sipp import Counts, Sipp

pytestmark = pytest.mark.asyncio(loop_scope="session")

_numbers = itertools.count(13_600_000_000)


def new_callers(count: int) -> list[str]:
    return [str(next(_numbers)) for _ in range(count)]


class Crowd:
    """Callers of the load trunk, and what is left of them."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline
        site = hotline.lab.site
        self.trunk = Sipp(site.ports.sip, site.trunk(LOAD_TRUNK).port)
        self.stranger = Sipp(site.ports.sip)

    async def records(
        self, callers: list[str], *, at_least: int | None = None
    ) -> list[tuple[str, str]]:
        """(caller, outcome) of each record, once none is open and no channel is left.

        Args:
            at_least: how many are waited for; without it, one for each caller. The record of a
                call that is over within milliseconds is written after its channel is gone.
        """
        wanted = len(callers) if at_least is None else at_least
        await until(self._is_quiet, 15, "no channel of the load trunk")
        await until(lambda: self._all_closed(callers, wanted), 15, "all records closed")
        async with self._hotline.lab.database() as db:
            rows = await db.fetch(
                "SELECT caller, outcome FROM call WHERE caller = ANY($1) ORDER BY caller", callers
            )
        return [(row["caller"], row["outcome"]) for row in rows]

    async def _is_quiet(self) -> bool:
        console = self._hotline.lab.installation.asterisk.console
        return LOAD_TRUNK not in await asyncio.to_thread(console, "core show channels concise")

    async def _all_closed(self, callers: list[str], at_least: int) -> bool:
        row = await self._hotline.row(
            "SELECT count(*) AS known, count(ended_at) AS closed FROM call WHERE caller = ANY($1)",
            callers,
        )
        return bool(row["closed"] == row["known"] >= at_least)


@pytest.fixture
def crowd(hotline: Hotline) -> Crowd:
    return Crowd(hotline)


def all_well(callers: list[str]) -> tuple[int, int, int]:
    return len(callers), len(callers), 0


def counted(counts: Counts) -> tuple[int, int, int]:
    return counts.created, counts.successful, counts.failed


async def test_every_call_of_a_burst_has_exactly_one_closed_record(crowd: Crowd) -> None:
    callers = new_callers(40)

    counts = await crowd.trunk.run("caller", callers, stay_seconds=3)

    assert counted(counts) == all_well(callers), counts.complaints
    assert counts.response_ms < 1000
    assert await crowd.records(callers) == [(one, "abandoned_in_flow") for one in callers]


async def test_an_invite_that_comes_three_times_is_one_call(crowd: Crowd) -> None:
    callers = new_callers(5)

    counts = await crowd.trunk.run("retransmitted", callers)

    assert counted(counts) == all_well(callers), counts.complaints
    assert [caller for caller, _ in await crowd.records(callers)] == callers


async def test_an_invite_that_comes_over_two_paths_leaves_nothing_open(crowd: Crowd) -> None:
    callers = new_callers(5)

    counts = await crowd.trunk.run("merged", callers)

    assert counted(counts) == all_well(callers), counts.complaints
    assert {caller for caller, _ in await crowd.records(callers)} == set(callers)


@pytest.mark.parametrize("scenario", ["bye_before_ack", "crossed"])
async def test_who_hangs_up_while_being_answered_leaves_one_closed_record(
    crowd: Crowd, scenario: str
) -> None:
    callers = new_callers(10)

    counts = await crowd.trunk.run(scenario, callers)

    assert counted(counts) == all_well(callers), counts.complaints
    assert [caller for caller, _ in await crowd.records(callers)] == callers


async def test_who_cancels_at_once_leaves_neither_channel_nor_open_record(crowd: Crowd) -> None:
    """Within a millisecond the call may not even have been given an id."""
    callers = new_callers(10)

    counts = await crowd.trunk.run("cancelled", callers)

    assert counted(counts) == all_well(callers), counts.complaints
    called = [caller for caller, _ in await crowd.records(callers, at_least=0)]
    assert len(called) == len(set(called))


@pytest.mark.skipif(os.geteuid() != 0, reason="SIPp sends keys through a raw socket")
async def test_keys_pressed_on_the_trunk_reach_the_menu(crowd: Crowd, hotline: Hotline) -> None:
    (caller,) = callers = new_callers(1)

    await crowd.trunk.run("keys", callers, keys="1", stay_seconds=9)

    await crowd.records(callers)
    row = await hotline.row("SELECT call_id FROM call WHERE caller = $1", caller)
    assert "key_pressed" in await hotline.events_of(row["call_id"])


async def test_a_scanner_learns_no_name_and_places_no_call(crowd: Crowd, hotline: Hotline) -> None:
    phone = hotline.lab.site.state.phones[0]
    callers = new_callers(2)

    answers = [
        await crowd.stranger.run("scanner", callers, number=name)
        for name in (phone.name, phone.extension, "100", "95001")
    ]
    tried = await crowd.stranger.run("intruder", callers)

    assert [counted(each) for each in (*answers, tried)] == [all_well(callers)] * 5
    assert await crowd.records(callers, at_least=0) == []
