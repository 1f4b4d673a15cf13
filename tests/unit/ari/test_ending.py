"""An end is told to each who asked, and those are let go."""

import gc
import logging
import weakref

import pytest

from ari_app.ari.ending import Ending


class Party:
    def __init__(self) -> None:
        self.end = Ending("channel-1")
        self.told = 0
        self.end.when(self.hears)

    def hears(self) -> None:
        self.told += 1


async def test_who_asked_is_told_once() -> None:
    party = Party()

    party.end.come()
    party.end.come()

    assert (party.told, party.end.has_come, party.end.future.done()) == (1, True, True)


async def test_who_was_told_is_let_go_without_the_garbage_collector() -> None:
    gc.disable()
    try:
        party = Party()
        known = weakref.ref(party)
        party.end.come()
        del party
        assert known() is None
    finally:
        gc.enable()


async def test_one_who_fails_keeps_nobody_from_being_told(caplog: pytest.LogCaptureFixture) -> None:
    party = Party()
    end = Ending("channel-2")
    end.when(lambda: 1 / 0)
    end.when(party.hears)

    with caplog.at_level(logging.ERROR):
        end.come()

    assert party.told == 1
    assert [record.message for record in caplog.records] == ["an end had no consequence"]
