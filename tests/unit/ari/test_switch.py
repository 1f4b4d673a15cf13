"""Asterisk as a whole: what is there, and since when."""

from datetime import datetime, timedelta

import pytest

from ari_app.ari import Ari
from ari_app.ari.switch import AriSwitch
from tests.fakes.ari_server import NOW, AriServer

STARTED = datetime.fromisoformat(NOW)


def endpoint(name: str, state: str) -> dict[str, object]:
    return {"technology": "PJSIP", "resource": name, "state": state, "channel_ids": []}


@pytest.mark.parametrize(
    ("age", "known"),
    [(5, {"here": "online"}), (60, {"here": "online", "gone": "offline"})],
)
async def test_a_young_asterisk_does_not_know_yet_who_is_away(
    ari: Ari, server: AriServer, age: float, known: dict[str, str]
) -> None:
    status = {"startup_time": NOW, "last_reload_time": NOW}
    server.reply("GET", "asterisk/info?only=status", {"status": status})
    both = [endpoint("here", "online"), endpoint("gone", "offline")]
    server.reply("GET", "endpoints/PJSIP", both)

    found = await AriSwitch(ari, ("hotline-0",)).phones(STARTED + timedelta(seconds=age))

    assert found == known
