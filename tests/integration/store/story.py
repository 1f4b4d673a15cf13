"""A call told in facts, for the tests of this folder."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from ari_app.domain import facts as f
from ari_app.store.seed import queue_id

ARRIVED = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


class Story:
    """One call; `at` counts seconds from its arrival."""

    def __init__(self, arrived_at: datetime = ARRIVED) -> None:
        self.call_id = uuid4()
        self.arrived_at = arrived_at
        self.visit_id = self.id("visit")
        self.queue_id = queue_id("orders")

    def id(self, name: str) -> UUID:
        return uuid5(self.call_id, name)

    def key(self, at: float = 0) -> dict[str, Any]:
        moment = self.arrived_at + timedelta(seconds=at)
        return {"call_id": self.call_id, "arrived_at": self.arrived_at, "at": moment}

    def arrived(self) -> f.CallArrived:
        return f.CallArrived(
            **self.key(),
            node="node1",
            caller="13900000001",
            dialled="95001",
            flow="hotline",
            language="zh",
            tier="vip",
            trunk="carrier",
            timeslot=7,
        )

    def placed(self, step: int, flow_node: str = "welcome") -> f.CallPlaced:
        return f.CallPlaced(
            **self.key(step),
            step=step,
            node="node1",
            kind=f.PlaceKind.FLOW,
            flow="hotline",
            flow_version="1",
            flow_node=flow_node,
            state={"tries": step},
        )

    def ended(
        self, at: float = 90, outcome: f.Outcome = f.Outcome.TALKED, cause: int = 16
    ) -> f.CallEnded:
        reason = f.EndReason.CALLER_HUNG_UP
        return f.CallEnded(**self.key(at), outcome=outcome, end_reason=reason, hangup_cause=cause)

    def happened(self, type: f.EventType, at: float = 0, **detail: object) -> f.Happened:
        event_id = self.id(f"{type}/{at}")
        return f.Happened(**self.key(at), event_id=event_id, type=type, detail=detail)

    def queued(self, at: float = 10) -> f.QueueEntered:
        key = self.key(at)
        return f.QueueEntered(
            **key, visit_id=self.visit_id, queue_id=self.queue_id, place_since=key["at"]
        )

    def left_queue(
        self, at: float, result: f.VisitResult, agent_id: int | None = None
    ) -> f.QueueLeft:
        return f.QueueLeft(
            **self.key(at),
            visit_id=self.visit_id,
            queue_id=self.queue_id,
            result=result,
            agent_id=agent_id,
        )

    def offer(self, number: int, agent_id: int, at: float = 12) -> f.OfferMade:
        return f.OfferMade(
            **self.key(at),
            offer_id=self.id(f"offer/{number}"),
            visit_id=self.visit_id,
            queue_id=self.queue_id,
            agent_id=agent_id,
            leg_id=f"{self.call_id}-a{number}",
            deadline=self.arrived_at + timedelta(seconds=at + 15),
            why={"rule": "longest_idle"},
        )

    def offer_ended(
        self, number: int, agent_id: int, result: f.OfferResult, at: float = 20
    ) -> f.OfferEnded:
        offer_id = self.id(f"offer/{number}")
        return f.OfferEnded(**self.key(at), offer_id=offer_id, agent_id=agent_id, result=result)

    def agent_leg(self, number: int, agent_id: int) -> tuple[f.Fact, ...]:
        leg_id = f"{self.call_id}-a{number}"
        return (
            f.LegStarted(
                **self.key(12), leg_id=leg_id, node="node1", role=f.LegRole.AGENT, agent_id=agent_id
            ),
            f.LegAnswered(**self.key(20), leg_id=leg_id),
            f.LegEnded(**self.key(89), leg_id=leg_id, hangup_cause=16),
        )

    def talked(self) -> tuple[f.Fact, ...]:
        """A whole call: agent 1001 misses it, agent 1003 takes it."""
        return (
            self.arrived(),
            f.CallAnswered(**self.key(1)),
            self.placed(1),
            self.happened(f.EventType.ARRIVED),
            f.LanguageChosen(**self.key(5), language="zh"),
            f.LanguageChosen(**self.key(7), language="en"),
            f.CustomerIdentified(**self.key(8), customer_id=self.id("someone"), tier="silver"),
            f.CustomerIdentified(**self.key(9), customer_id=self.id("customer"), tier="vip"),
            self.placed(2, "orders"),
            self.queued(),
            self.offer(1, 1001),
            self.offer_ended(1, 1001, f.OfferResult.TIMED_OUT, at=16),
            self.offer(2, 1003, at=17),
            self.offer_ended(2, 1003, f.OfferResult.ACCEPTED),
            *self.agent_leg(2, 1003),
            self.left_queue(20, f.VisitResult.ANSWERED, 1003),
            f.RecordingMuted(**self.key(40), gap_id=self.id("gap"), reason="card"),
            f.RecordingUnmuted(**self.key(50), gap_id=self.id("gap")),
            self.happened(f.EventType.ENDED, 90),
            self.ended(),
        )


def moved(agent_id: int, version: int, state: str, at: datetime = ARRIVED) -> f.AgentMoved:
    moment = at + timedelta(seconds=version)
    return f.AgentMoved(agent_id=agent_id, version=version, at=moment, state=state, reason="login")


def wished(agent_id: int, version: int, state: str | None, *, at: float) -> f.AgentWished:
    """Args: at: seconds after the story begins."""
    moment, reason = ARRIVED + timedelta(seconds=at), "lunch" if state else None
    return f.AgentWished(agent_id=agent_id, version=version, at=moment, state=state, reason=reason)
