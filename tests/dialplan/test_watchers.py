"""Who may watch whom: phones watch agents, and what is watched is what the engine sets."""

import re

import pytest

from ari_app.workers.lamps import DEVICE
from tests.dialplan.parsed import ROOT, contexts
from tests.dialplan.test_modules import LOADED

ALL = {context.name: context for context in contexts()}
PJSIP = (ROOT / "asterisk-conf" / "pjsip.conf.j2").read_text()


def template(name: str) -> dict[str, str]:
    part = PJSIP.partition(f"[{name}](!)")[2].partition("\n[")[0]
    return dict(re.findall(r"^(\w+) = (.*)$", part, re.MULTILINE))


def test_what_can_be_watched_is_what_the_engine_sets() -> None:
    hints = {device for context in ALL.values() for device in context.hints.values()}

    assert hints == {DEVICE.format("${EXTEN}")}


def test_only_numbers_of_three_to_six_digits_can_be_watched() -> None:
    """Each number that is watched stays in Asterisk's memory: there must be an end to them."""
    assert list(ALL["from-watchers"].hints) == ["_" + "X" * digits for digits in (3, 4, 5, 6)]


def test_where_phones_watch_nothing_can_be_dialled() -> None:
    assert template("phone")["subscribe_context"] == "from-watchers"
    assert ALL["from-watchers"].extensions == []


def test_nothing_is_watched_where_something_is_dialled() -> None:
    assert [one.name for one in ALL.values() if one.hints and one.extensions] == []


def test_a_trunk_watches_nobody() -> None:
    assert template("trunk")["allow_subscribe"] == "no"


@pytest.mark.parametrize(
    "module",
    [
        "res_stasis_device_state",
        "res_ari_device_states",
        "res_pjsip_pubsub",
        "res_pjsip_exten_state",
        "res_pjsip_pidf_body_generator",
        "res_pjsip_dialog_info_body_generator",
    ],
)
def test_what_lamps_stand_on_is_loaded(module: str) -> None:
    assert module in LOADED
