"""Agents, queues and the sample data they come from."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from ari_app.domain import facts as f
from ari_app.domain.acd.comfort import Comfort
from ari_app.domain.acd.contact import Tier
from ari_app.domain.acd.overflow import Destination, DestinationKind, OverflowBy, OverflowRule
from ari_app.domain.acd.past import OwnAgents, Rescue, RescueFor
from ari_app.domain.acd.rules import TIER_POINTS
from ari_app.domain.agent import AgentState, NextState, Reason
from ari_app.domain.errors import BadSettings, Conflict
from ari_app.domain.hours import Opening
from ari_app.domain.missed import MissedRule, MissedRules
from ari_app.domain.staff import StaffMember
from ari_app.store import agents, fact_sql, messages, missed, pauses, queues, seed, waiting
from ari_app.store.db import Connection
from tests.integration.store.story import Story, moved, wished


@pytest.fixture
async def seeded(db: Connection) -> Connection:
    await seed.seed(db, phones={1001: "p1001-x"})
    return db


def able(staff: list[StaffMember], needs: dict[str, int]) -> list[int]:
    return [
        member.id
        for member in staff
        if all(member.profile.levels.get(skill, 0) >= level for skill, level in needs.items())
    ]


async def test_seeding_twice_changes_nothing(seeded: Connection) -> None:
    await seeded.execute("UPDATE agent SET name = '张三' WHERE id = 1001")

    await seed.seed(seeded)

    assert await seeded.fetchval("SELECT name FROM agent WHERE id = 1001") == "张三"
    assert await seeded.fetchval("SELECT count(*) FROM customer") == 20


async def test_sample_callers_differ_in_who_can_serve_them(seeded: Connection) -> None:
    staff = await agents.load(seeded)

    assert able(staff, {"chinese": 6, "technical": 3}) == [1002]
    assert able(staff, {"chinese": 6, "orders": 3}) == [1001]
    assert able(staff, {"english": 5, "technical": 3}) == [1004]
    assert able(staff, {"english": 5, "orders": 3}) == [1003, 1004]


async def test_agents_come_with_phone_and_presence(seeded: Connection) -> None:
    await fact_sql.apply(seeded, [moved(1001, 1, "ready"), moved(1001, 2, "paused")])
    await seeded.execute("UPDATE agent SET is_active = false WHERE id = 1004")

    first, second, third = await agents.load(seeded)

    assert (first.phone, second.phone, third.presence) == ("p1001-x", "1002", None)
    assert first.presence is not None
    assert (first.presence.state, first.presence.version) == ("paused", 2)


async def test_what_an_agent_wants_to_be_counts_until_the_next_move(seeded: Connection) -> None:
    async def next_of_first() -> NextState | None:
        presence = (await agents.load(seeded))[0].presence
        return presence.next if presence else None

    await fact_sql.apply(seeded, [moved(1001, 1, "talking"), wished(1001, 1, "paused", at=1)])
    assert await next_of_first() == NextState(AgentState.PAUSED, Reason.LUNCH)
    await fact_sql.apply(seeded, [wished(1001, 1, None, at=2)])
    assert await next_of_first() is None
    await fact_sql.apply(seeded, [wished(1001, 1, "logged_out", at=3), moved(1001, 2, "wrap_up")])
    assert await next_of_first() is None


async def test_an_agent_is_moved_only_from_where_one_looked(seeded: Connection) -> None:
    await agents.set_presence(seeded, moved(1001, 1, "ready"))
    await agents.set_presence(seeded, moved(1001, 2, "paused"))

    for stale in (moved(1001, 2, "ready"), moved(1001, 4, "ready"), moved(1002, 2, "ready")):
        with pytest.raises(Conflict):
            await agents.set_presence(seeded, stale)
    assert await seeded.fetchval("SELECT count(*) FROM agent_state") == 2


async def test_queues_come_with_rules_that_can_be_used(seeded: Connection) -> None:
    await seeded.execute(
        """
        UPDATE queue
           SET relaxation = '[{"after": 30, "requires": {"orders": 1}}]', max_busy = 5
         WHERE name = 'orders'
        """
    )
    await seeded.execute(
        "INSERT INTO queue_skill (queue_id, skill, level, preferred)"
        " VALUES ($1, 'english', 5, true)",
        seed.queue_id("support"),
    )

    orders, support = await queues.load(seeded)

    skills = await queues.known_skills(seeded)
    assert orders.rules.problems(skills) == support.rules.problems(skills) == []
    assert (orders.id, orders.rules.requires) == (seed.queue_id("orders"), {"orders": 3})
    assert (orders.rules.relaxation[0].after, orders.rules.max_busy) == (30, 5)
    assert support.rules.prefers == {"english": 5}


async def test_missed_offers_are_forgiven_once_unless_a_rule_says_otherwise(
    seeded: Connection,
) -> None:
    orders = seed.queue_id("orders")
    assert await missed.load(seeded) == MissedRules(MissedRule(2, 0, is_pausing=True), {})

    await seeded.execute(
        "INSERT INTO missed_offer_rule"
        " (queue_id, missed_before_pause, back_off_seconds, is_pausing, counts_refused)"
        " VALUES ($1, 5, 30, false, true)",
        orders,
    )
    await seeded.execute(
        "UPDATE missed_offer_rule SET back_off_seconds = 10 WHERE queue_id IS NULL"
    )

    rules = await missed.load(seeded)
    assert rules.of(orders) == MissedRule(5, 30, is_pausing=False, counts_refused=True)
    assert rules.of(seed.queue_id("support")) == MissedRule(2, 10, is_pausing=True)


async def test_there_is_one_rule_for_the_site(seeded: Connection) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        await seeded.execute("INSERT INTO missed_offer_rule DEFAULT VALUES")


async def test_pauses_come_with_digit_limit_and_title(seeded: Connection) -> None:
    found = await pauses.load(seeded)

    lunch = found.dialled("2")
    assert lunch is Reason.LUNCH
    assert (found.longest(AgentState.PAUSED, lunch), found.title("lunch", "zh")) == (3600, "用餐")


async def test_queues_come_with_what_waiting_in_them_is_like(seeded: Connection) -> None:
    await seeded.execute(
        """
        UPDATE queue
           SET comfort = '[{"prompts": ["opening-hours"], "after": 20}]',
               overflow = '[{"by": "ratio", "over": 2,
                             "to": {"kind": "queue", "name": "support"}}]',
               closing_to = '{"kind": "mailbox", "name": "hotline"}', keep_place_seconds = 60
         WHERE name = 'orders'
        """
    )
    await seeded.execute(
        "INSERT INTO queue_hours VALUES ($1, 5, '20:00', '24:00'), ($1, 6, '00:00', '04:00')",
        seed.queue_id("orders"),
    )

    orders, support = await queues.load(seeded)

    support_queue = Destination(DestinationKind.QUEUE, "support")
    assert orders.comfort == (Comfort(("opening-hours",), after=20),)
    assert orders.overflow == (OverflowRule(OverflowBy.RATIO, 2, support_queue),)
    assert orders.closing_to == Destination(DestinationKind.MAILBOX, "hotline")
    assert orders.keep_place_seconds == 60
    assert orders.hours.openings == (Opening(5, 72_000, 86_400), Opening(6, 0, 14_400))
    assert (support.comfort, support.overflow, support.closing_to) == ((), (), None)


async def test_queues_come_with_what_they_give_for_one_agent_and_for_who_was_cut_off(
    seeded: Connection,
) -> None:
    await seeded.execute(
        """
        UPDATE queue
           SET named_agent_seconds = 1, preferred_agent_seconds = 2, last_agent_seconds = 3,
               last_agent_within_seconds = 4, rescue = 'all', rescue_within_seconds = 5,
               tier_points = '{"vip": 900}'
         WHERE name = 'orders'
        """
    )

    orders, support = await queues.load(seeded)

    assert orders.own_agents == OwnAgents(1, 2, 3, 4)
    assert orders.rescue == Rescue(RescueFor.ALL, 5)
    assert orders.rules.tier_points == {**TIER_POINTS, Tier.VIP: 900}
    assert (support.own_agents, support.rescue) == (OwnAgents(), Rescue())
    assert support.rules.tier_points == TIER_POINTS


async def test_a_column_that_is_not_shaped_as_it_should_be_is_named(seeded: Connection) -> None:
    await seeded.execute("""UPDATE queue SET overflow = '[{"by": "moon"}]' WHERE name = 'orders'""")

    with pytest.raises(BadSettings, match="queue 'orders', overflow: "):
        await queues.load(seeded)


async def test_the_waits_of_each_queue_are_found_again(seeded: Connection) -> None:
    """As a restarted engine asks: a visit of now, with what was expected of it."""
    story = Story(datetime.now(UTC) - timedelta(minutes=5))
    estimate = {"mean": 30.0, "bound": 40.0, "is_sure": True, "views": [30.0, 9.0, 1.0]}
    told = f.WaitEstimated(
        **story.key(10), visit_id=story.visit_id, queue_id=story.queue_id, estimate=estimate
    )
    await fact_sql.apply(seeded, [*story.talked(), told])

    (found,) = await waiting.ended_visits(seeded, 500)

    assert (found.queue, found.is_answered, found.agent_id) == ("orders", True, 1003)
    assert (found.waited, found.handled) == (10.0, 77.0 + 10)  # of the leg, and wrap-up
    assert found.estimate == estimate


async def test_the_sample_mailbox_is_there(seeded: Connection) -> None:
    assert await messages.mailboxes(seeded) == {"hotline"}
