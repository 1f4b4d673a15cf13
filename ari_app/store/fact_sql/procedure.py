"""A batch in one round trip: the statements as a function that lives as long as its session.

    SELECT pg_temp.write_facts(
        '{"offer_made": [{...}], "leg_started": [{...}]}', 'node1', 7, true
    )

Statement by statement a batch takes nine round trips, and on a busy machine each costs more than
what is done in it. No phone rings before its offer is committed.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from ari_app.domain.facts import Fact, encode
from ari_app.store.fact_sql.statement import Statement

CALL = "SELECT pg_temp.write_facts($1, $2, $3, $4)"
TYPES = (
    (str, "text"),
    (bool, "boolean"),  # before int, which it is a kind of
    (int, "bigint"),
    (float, "double precision"),
    (UUID, "uuid"),
    (datetime, "timestamptz"),
    (dict, "jsonb"),
)
PARAMETER = re.compile(r"\$(\d+)")
ONE_ROW = re.compile(r"VALUES \(([^()]*)\)")


def definition(statements: Sequence[Statement]) -> str:
    """SQL that makes the function. It returns false, and has written nothing, when the lease has
    another fence; without a lease (null) nobody asks. Its last argument is whether its transaction
    is flushed: a message to nobody makes one without facts do that, too."""
    return f"""
        CREATE OR REPLACE FUNCTION pg_temp.write_facts(
            facts jsonb, lease_name text, lease_fence bigint, flush boolean
        ) RETURNS boolean LANGUAGE plpgsql AS $function$
        #variable_conflict use_column
        DECLARE
            told jsonb;
        BEGIN
            IF lease_name IS NOT NULL THEN
                PERFORM FROM lease WHERE name = lease_name AND fence = lease_fence FOR SHARE;
                IF NOT FOUND THEN
                    RETURN false;
                END IF;
            END IF;
            IF NOT flush THEN
                PERFORM set_config('synchronous_commit', 'off', true);
            ELSIF facts = '{{}}' THEN
                PERFORM pg_logical_emit_message(true, 'flush', '');
            END IF;
            {"".join(map(_step, statements))}
            RETURN true;
        END
        $function$
    """


def argument(facts: Sequence[Fact]) -> str:
    """By kind, as the function takes them. Raises: ValueError."""
    by_kind: dict[str, list[str]] = {}
    for fact in facts:
        by_kind.setdefault(kind(type(fact)), []).append(encode(fact).decode())
    return "{" + ",".join(f'"{one}":[{",".join(told)}]' for one, told in by_kind.items()) + "}"


def kind(fact: type[Fact]) -> str:
    """As its JSON says."""
    return str(fact.__struct_config__.tag)


def _step(statement: Statement) -> str:
    """Fact after fact, for two of a batch may be about the same row; all at once where each has its
    own, which costs half."""
    names, name = statement.fields.split(), kind(statement.fact)
    all_at_once = statement.own_rows or statement.newest
    sql, count = ONE_ROW.subn(_select(statement, name), statement.sql) if all_at_once else ("", 0)
    sql = PARAMETER.sub(
        lambda found: _value(statement.fact, names[int(found[1]) - 1]), sql or statement.sql
    )
    if count:
        return f"IF facts ? '{name}' THEN {sql}; END IF;"
    return f"""
            IF facts ? '{name}' THEN
                FOR told IN SELECT jsonb_array_elements(facts -> '{name}') LOOP
                    {sql};
                END LOOP;
            END IF;
    """


def _select(statement: Statement, name: str) -> str:
    """What stands for VALUES; `\\1` is what they were."""
    rows = f"FROM jsonb_array_elements(facts -> '{name}') AS told"
    if not statement.newest:
        return rf"SELECT \1 {rows}"
    return rf"SELECT DISTINCT ON ($1) \1 {rows} ORDER BY $1, $2 DESC"


def _value(fact: type[Fact], field: str) -> str:
    sql_type = _sql_type(get_type_hints(fact)[field])
    if sql_type == "jsonb":
        return f"nullif(told -> '{field}', 'null')"
    return f"(told ->> '{field}')::{sql_type}"


def _sql_type(hint: Any) -> str:
    (given,) = [one for one in get_args(hint) if one is not NoneType] if _is_union(hint) else [hint]
    python_type = get_origin(given) or given
    return next(sql for known, sql in TYPES if issubclass(python_type, known))


def _is_union(hint: Any) -> bool:
    return NoneType in get_args(hint)
