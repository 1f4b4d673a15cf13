import msgspec
import pytest

from ari_app.domain import facts as f
from ari_app.store.fact_sql import STATEMENTS
from ari_app.store.fact_sql.procedure import argument, definition
from ari_app.store.fact_sql.statement import Statement
from tests.fakes.clock import NOON

MADE = definition(STATEMENTS)


def moved(version: int) -> f.AgentMoved:
    return f.AgentMoved(at=NOON, agent_id=1001, version=version, state="ready", reason="login")


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: " ".join(one.sql.split()[:3]))
def test_every_statement_is_in_the_function(statement: Statement) -> None:
    beginning = statement.sql.partition("VALUES")[0].partition("$1")[0]

    assert " ".join(beginning.split()) in " ".join(MADE.split())


def test_facts_with_rows_of_their_own_are_one_statement() -> None:
    sql = "INSERT INTO call_event (event_id) VALUES ($1) ON CONFLICT DO NOTHING"
    made = definition([Statement(f.Happened, "event_id", sql, own_rows=True)])

    assert (
        "IF facts ? 'happened' THEN INSERT INTO call_event (event_id)"
        " SELECT (told ->> 'event_id')::uuid"
        " FROM jsonb_array_elements(facts -> 'happened') AS told"
        " ON CONFLICT DO NOTHING; END IF;"
    ) in " ".join(made.split())


def test_of_facts_about_one_thing_the_newest_is_enough() -> None:
    sql = "INSERT INTO agent_presence (agent_id, version) VALUES ($1, $2) ON CONFLICT DO NOTHING"
    made = definition([Statement(f.AgentMoved, "agent_id version", sql, newest=True)])

    agent, version = "(told ->> 'agent_id')::bigint", "(told ->> 'version')::bigint"
    assert (
        f"SELECT DISTINCT ON ({agent}) {agent}, {version}"
        " FROM jsonb_array_elements(facts -> 'agent_moved') AS told"
        f" ORDER BY {agent}, {version} DESC ON CONFLICT DO NOTHING; END IF;"
    ) in " ".join(made.split())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("call_id", "(told ->> 'call_id')::uuid"),
        ("at", "(told ->> 'at')::timestamptz"),
        ("agent_id", "(told ->> 'agent_id')::bigint"),
        ("leg_id", "(told ->> 'leg_id')::text"),
        ("why", "nullif(told -> 'why', 'null')"),
    ],
)
def test_a_parameter_has_the_type_of_its_field(field: str, value: str) -> None:
    made = definition([Statement(f.OfferMade, field, "SELECT $1")])

    assert f"SELECT {value};" in made


def test_what_may_be_missing_has_the_type_of_what_may_be_there() -> None:
    made = definition([Statement(f.AgentMoved, "version until", "SELECT $2, $1")])

    assert "SELECT (told ->> 'until')::timestamptz, (told ->> 'version')::bigint;" in made


def test_facts_are_told_by_kind_and_in_order() -> None:
    told = msgspec.json.decode(argument([moved(1), moved(2)]))

    assert list(told) == ["agent_moved"]
    assert [one["version"] for one in told["agent_moved"]] == [1, 2]
