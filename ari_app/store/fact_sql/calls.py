"""Calls, their legs, their timeline and their saved step.

A saved step is written before the end of the call removes it.
"""

from ari_app.domain import facts as f
from ari_app.store.fact_sql.statement import Statement

ENGINE = f.ClosedBy.ENGINE.value
CLOSERS = ", ".join(f"'{one.value}'" for one in f.ClosedBy)

STATEMENTS = (
    Statement(
        f.CallArrived,
        "call_id arrived_at node trunk timeslot caller dialled flow language priority tier"
        " customer_id callback_id",
        """
        INSERT INTO call (call_id, arrived_at, node, trunk, timeslot, caller, dialled, flow,
                          language, priority, tier, customer_id, callback_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (call_id, arrived_at) DO UPDATE
           SET node = excluded.node,
               trunk = excluded.trunk,
               timeslot = excluded.timeslot,
               caller = excluded.caller,
               dialled = excluded.dialled,
               flow = excluded.flow,
               callback_id = excluded.callback_id,
               language = CASE WHEN call.language_chosen_at IS NULL THEN excluded.language
                               ELSE call.language END,
               priority = excluded.priority,
               tier = CASE WHEN call.identified_at IS NULL THEN excluded.tier ELSE call.tier END,
               customer_id = CASE WHEN call.identified_at IS NULL THEN excluded.customer_id
                                  ELSE call.customer_id END
        """,
    ),
    Statement(
        f.CallAnswered,
        "call_id arrived_at at",
        """
        INSERT INTO call (call_id, arrived_at, answered_at)
        VALUES ($1, $2, $3)
        ON CONFLICT (call_id, arrived_at) DO UPDATE
           SET answered_at = least(call.answered_at, excluded.answered_at)
        """,
    ),
    Statement(
        f.LanguageChosen,
        "call_id arrived_at at language",
        """
        INSERT INTO call (call_id, arrived_at, language_chosen_at, language)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (call_id, arrived_at) DO UPDATE
           SET language_chosen_at = excluded.language_chosen_at,
               language = excluded.language
         WHERE call.language_chosen_at IS NULL
            OR call.language_chosen_at < excluded.language_chosen_at
        """,
    ),
    Statement(
        f.CustomerIdentified,
        "call_id arrived_at at customer_id tier",
        """
        INSERT INTO call (call_id, arrived_at, identified_at, customer_id, tier)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (call_id, arrived_at) DO UPDATE
           SET identified_at = excluded.identified_at,
               customer_id = excluded.customer_id,
               tier = excluded.tier
         WHERE call.identified_at IS NULL OR call.identified_at < excluded.identified_at
        """,
    ),
    Statement(
        f.CallPlaced,
        "call_id arrived_at step node kind flow flow_version flow_node state at",
        f"""
        INSERT INTO call_place (call_id, arrived_at, step, node, kind, flow, flow_version,
                                flow_node, state, saved_at)
        SELECT $1::uuid, $2::timestamptz, $3, $4, $5, $6, $7, $8, $9, $10
         WHERE NOT EXISTS (SELECT FROM call
                            WHERE call_id = $1 AND arrived_at = $2 AND closed_by IN ({CLOSERS}))
        ON CONFLICT (call_id) DO UPDATE
           SET step = excluded.step,
               node = excluded.node,
               kind = excluded.kind,
               flow = excluded.flow,
               flow_version = excluded.flow_version,
               flow_node = excluded.flow_node,
               state = excluded.state,
               saved_at = excluded.saved_at
         WHERE call_place.step < excluded.step
        """,
    ),
    Statement(
        f.CallEnded,
        "call_id arrived_at at outcome end_reason hangup_cause closed_by",
        f"""
        INSERT INTO call (call_id, arrived_at, ended_at, outcome, end_reason, hangup_cause,
                          closed_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (call_id, arrived_at) DO UPDATE
           SET ended_at = excluded.ended_at,
               outcome = excluded.outcome,
               end_reason = excluded.end_reason,
               hangup_cause = excluded.hangup_cause,
               closed_by = excluded.closed_by
         WHERE call.closed_by IS DISTINCT FROM '{ENGINE}'
        """,
    ),
    Statement(f.CallEnded, "call_id", "DELETE FROM call_place WHERE call_id = $1"),
    Statement(
        f.LegStarted,
        "call_id leg_id arrived_at at node role agent_id endpoint trunk timeslot",
        """
        INSERT INTO leg (call_id, leg_id, arrived_at, started_at, node, role, agent_id,
                         endpoint, trunk, timeslot)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (call_id, leg_id) DO UPDATE
           SET started_at = excluded.started_at,
               node = excluded.node,
               role = excluded.role,
               agent_id = excluded.agent_id,
               endpoint = excluded.endpoint,
               trunk = excluded.trunk,
               timeslot = excluded.timeslot
         WHERE leg.started_at IS NULL
        """,
    ),
    Statement(
        f.LegAnswered,
        "call_id leg_id arrived_at at",
        """
        INSERT INTO leg (call_id, leg_id, arrived_at, answered_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (call_id, leg_id) DO UPDATE
           SET answered_at = excluded.answered_at
         WHERE leg.answered_at IS NULL
        """,
    ),
    Statement(
        f.LegEnded,
        "call_id leg_id arrived_at at hangup_cause",
        """
        INSERT INTO leg (call_id, leg_id, arrived_at, ended_at, hangup_cause)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (call_id, leg_id) DO UPDATE
           SET ended_at = excluded.ended_at,
               hangup_cause = excluded.hangup_cause
         WHERE leg.ended_at IS NULL
        """,
    ),
    Statement(
        f.Happened,
        "event_id call_id arrived_at at type detail",
        """
        INSERT INTO call_event (event_id, call_id, arrived_at, at, type, detail)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (event_id, arrived_at) DO NOTHING
        """,
        own_rows=True,
    ),
)
