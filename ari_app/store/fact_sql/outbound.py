"""Attempts, and what becomes of the callbacks they are made for.

An attempt claims its callback only while that is due: it is not dialled otherwise. What puts off or
closes a callback comes after the claim.
"""

from ari_app.domain import outbound_facts as f
from ari_app.store.fact_sql.statement import Statement

STATEMENTS = (
    Statement(
        f.AttemptMade,
        "attempt_id call_id arrived_at leg_id node purpose number shown trunk callback_id at",
        """
        INSERT INTO attempt (id, call_id, arrived_at, leg_id, node, purpose, number, shown, trunk,
                             callback_id, made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (id) DO UPDATE
           SET leg_id = excluded.leg_id,
               node = excluded.node,
               purpose = excluded.purpose,
               number = excluded.number,
               shown = excluded.shown,
               trunk = excluded.trunk,
               callback_id = excluded.callback_id,
               made_at = excluded.made_at
         WHERE attempt.made_at IS NULL
        """,
    ),
    Statement(
        f.AttemptMade,
        "attempt_id callback_id",
        """
        UPDATE callback
           SET attempt_id = $1,
               state = 'claimed',
               tries = tries + 1
         WHERE id = $2
           AND state = 'due'
           AND attempt_id IS DISTINCT FROM $1
        """,
    ),
    Statement(
        f.AttemptEnded,
        "attempt_id call_id arrived_at at outcome cause reason",
        """
        INSERT INTO attempt (id, call_id, arrived_at, ended_at, outcome, cause, reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE
           SET ended_at = excluded.ended_at,
               outcome = excluded.outcome,
               cause = excluded.cause,
               reason = excluded.reason
         WHERE attempt.outcome IS NULL
        """,
    ),
    Statement(
        f.CallbackPutOff,
        "due_at callback_id",
        """
        UPDATE callback
           SET due_at = $1,
               state = 'due'
         WHERE id = $2
           AND state IN ('due', 'claimed')
        """,
    ),
    Statement(
        f.CallbackClosed,
        "end at reason callback_id",
        """
        UPDATE callback
           SET state = $1,
               closed_at = $2,
               reason = $3
         WHERE id = $4
           AND state IN ('due', 'claimed')
        """,
    ),
)
