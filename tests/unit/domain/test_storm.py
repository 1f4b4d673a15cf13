"""A storm profile: what it changes, and what is wrong with it before it is needed."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from ari_app.domain.acd.overflow import Destination, DestinationKind, OverflowBy, OverflowRule
from ari_app.domain.acd.rules import Relaxation
from ari_app.domain.errors import BadSettings
from ari_app.domain.hours import ALWAYS_OPEN, Opening, WeeklyHours
from ari_app.domain.storm import (
    Storm,
    StormNames,
    StormProfile,
    profile_problems,
    read_profile,
)
from tests.fakes.clock import NOON
from tests.fakes.floor import a_queue

PROFILE = """
title = { zh = "台风预案", en = "Typhoon" }
announcement = ["many-callers-now"]
flow = "storm"

[routes]
"95009" = "claims"

[hours]
hotline = "00:00-24:00"
orders = ""

[queue.orders]
requires = {}
overflow = [{ by = "wait", over = 120, to = { kind = "mailbox", name = "hotline" } }]
max_wait_seconds = 300
"""
NAMES = StormNames(
    prompts={"many-callers-now"},
    flows={"storm", "claims", "hotline"},
    schedules={"hotline"},
    queues={"orders", "support"},
    skills={"orders", "support"},
    mailboxes={"hotline"},
    configs=(a_queue(), a_queue("support")),
)
TO_MAILBOX = OverflowRule(OverflowBy.WAIT, 120, Destination(DestinationKind.MAILBOX, "hotline"))


def storm(text: str = PROFILE) -> Storm:
    profile = read_profile(text, "storm.toml")
    return Storm(UUID(int=1), "storm", profile, "tester", "wind", NOON, NOON + timedelta(hours=4))


def problems(text: str) -> list[str]:
    return list(profile_problems(read_profile(text, "storm.toml"), NAMES))


def test_the_profile_above_can_be_used() -> None:
    assert problems(PROFILE) == []


def test_numbers_lead_to_other_flows() -> None:
    assert storm().flow_for("95009", "hotline") == "claims"
    assert storm().flow_for("95001", "hotline") == "storm"
    assert storm('announcement = ["x"]').flow_for("95001", "hotline") == "hotline"


def test_queues_ask_for_less_and_send_on_sooner_and_the_others_are_as_they_were() -> None:
    steps = (Relaxation(30, {"orders": 1}),)
    before = [a_queue(requires={"orders": 5}, relaxation=steps), a_queue("support")]

    orders, support = storm().over(before)

    assert (orders.rules.requires, orders.rules.relaxation) == ({}, ())
    assert (orders.overflow, orders.max_wait_seconds) == ((TO_MAILBOX,), 300)
    assert support == before[1]


def test_hours_of_schedules_and_queues_are_other_ones_every_day() -> None:
    night = datetime(2026, 8, 9, 3, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Sunday
    office = WeeklyHours((Opening(1, 9 * 3600, 18 * 3600),), zone="Asia/Tokyo")

    assert storm().hours("hotline", office).is_open(night)
    assert storm().hours("hotline", office).zone == "Asia/Tokyo"
    assert storm().hours("other", office) is office
    (orders,) = storm().over([a_queue(hours=ALWAYS_OPEN)])
    assert not orders.hours.is_open(night)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it changes nothing"),
        ('announcement = ["no-such"]', "announcement: there is no prompt 'no-such'"),
        ('flow = "no-such"', "there is no flow 'no-such'"),
        ('routes = { "95001" = "no-such" }', "there is no flow 'no-such'"),
        ('hours = { no-such = "" }', "hours: there is no schedule 'no-such'"),
        ('hours = { hotline = "9-5" }', "hours of hotline: '9-5' is no opening"),
        ("[queue.no-such]", "there is no queue 'no-such'"),
        ("[queue.orders]\nmax_wait_seconds = 0", "max_wait_seconds is not above 0"),
        ("[queue.orders]\nrequires = { moon = 1 }", "unknown skill 'moon'"),
        (
            '[queue.orders]\noverflow = [{ by = "wait", over = 1,'
            ' to = { kind = "queue", name = "orders" } }]',
            "in a circle",
        ),
    ],
)
def test_what_callers_would_trip_over_is_found(text: str, problem: str) -> None:
    assert any(problem in found for found in problems(text)), problems(text)


@pytest.mark.parametrize("text", ["announcement = 1", "[x", "moon = true"])
def test_what_is_no_profile_is_refused_with_its_file(text: str) -> None:
    with pytest.raises(BadSettings, match=r"storm\.toml: "):
        read_profile(text, "storm.toml")


def test_an_empty_profile_is_told_from_one_that_only_has_a_title() -> None:
    assert list(profile_problems(StormProfile(title={"zh": "空"}), NAMES)) == ["it changes nothing"]
