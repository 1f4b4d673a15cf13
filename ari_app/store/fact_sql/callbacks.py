"""Calls we owe, and what makes them needless: the person calls again.

Booked before cancelled, and both after the call is known: of one batch all are found.
"""

from ari_app.domain import facts as f
from ari_app.store.fact_sql.statement import Statement

STATEMENTS = (
    Statement(
        f.CallbackBooked,
        "callback_id call_id arrived_at number customer_id queue_id at due_at place_since language"
        " due_until",
        """
        INSERT INTO callback (id, call_id, arrived_at, number, customer_id, queue_id, booked_at,
                              due_at, place_since, language, due_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT DO NOTHING
        """,
    ),
    # Owed for a call that we lost: whoever calls again is being served.
    Statement(
        f.CallArrived,
        "call_id caller at callback_id",
        """
        UPDATE callback
           SET closed_by_call = $1,
               closed_at = $3,
               state = 'cancelled'
         WHERE state = 'due'
           AND number = $2
           AND queue_id IS NULL
           AND booked_at < $3
           AND $4::uuid IS NULL
        """,
    ),
    # Booked instead of waiting: whoever waits after all has the place in that very line.
    Statement(
        f.QueueEntered,
        "call_id arrived_at queue_id at",
        """
        UPDATE callback
           SET closed_by_call = $1,
               closed_at = $4,
               state = 'cancelled'
         WHERE state IN ('due', 'claimed')
           AND queue_id = $3
           AND booked_at < $4
           AND number = (SELECT caller FROM call
                          WHERE call_id = $1 AND arrived_at = $2 AND callback_id IS NULL)
        """,
    ),
)
