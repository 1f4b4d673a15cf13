from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from ari_app.domain import facts as f

AT = datetime(2026, 3, 5, 9, 0, 0, 123000, UTC)
KEY: dict[str, Any] = {"call_id": UUID(int=1), "arrived_at": AT, "at": AT}


@pytest.mark.parametrize(
    "fact",
    [
        f.CallEnded(**KEY, outcome=f.Outcome.TALKED, end_reason=f.EndReason.FLOW_ENDED),
        f.Happened(**KEY, event_id=UUID(int=2), type=f.EventType.JOINED, detail={"agent": 1001}),
        f.AgentMoved(at=AT, agent_id=1001, version=1, state="ready", reason="login"),
        f.AgentWished(at=AT, agent_id=1001, version=1, state=None, reason=None),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_a_fact_survives_the_way_through_the_spool(fact: f.Fact) -> None:
    assert f.decode(f.encode(fact)) == fact


def test_a_line_names_its_fact_in_snake_case() -> None:
    line = f.encode(f.CallAnswered(**KEY))

    assert msgspec.json.decode(line)["fact"] == "call_answered"


@pytest.mark.parametrize("line", [b"", b"[]", b'{"fact":"nonsense"}', b'{"fact":"call_answered"}'])
def test_what_is_no_fact_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        f.decode(line)


def test_text_that_is_not_unicode_is_written_but_refused_when_read() -> None:
    odd = f.Happened(**KEY, event_id=UUID(int=2), type=f.EventType.JOINED, detail={"x": "\ud800"})

    line = f.encode(odd)

    with pytest.raises(msgspec.MsgspecError):
        f.decode(line)
