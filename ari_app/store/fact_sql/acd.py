"""Queue visits, offers and agents.

An offer ends before the next is made: unique indexes allow one live offer per agent and call.
"""

from ari_app.domain import facts as f
from ari_app.store.fact_sql.statement import Statement

STATEMENTS = (
    Statement(
        f.QueueEntered,
        "visit_id call_id arrived_at queue_id at place_since priority needs kept_by",
        """
        INSERT INTO queue_visit (id, call_id, arrived_at, queue_id, entered_at, place_since,
                                 priority, needs, kept_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (id) DO UPDATE
           SET entered_at = excluded.entered_at,
               place_since = excluded.place_since,
               priority = excluded.priority,
               needs = excluded.needs,
               kept_by = excluded.kept_by
         WHERE queue_visit.entered_at IS NULL
        """,
    ),
    Statement(
        f.QueueLeft,
        "visit_id call_id arrived_at queue_id at result how agent_id",
        """
        INSERT INTO queue_visit (id, call_id, arrived_at, queue_id, left_at, result, how,
                                 agent_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE
           SET left_at = excluded.left_at,
               result = excluded.result,
               how = excluded.how,
               agent_id = excluded.agent_id
         WHERE queue_visit.left_at IS NULL
        """,
    ),
    Statement(
        f.WaitEstimated,
        "visit_id call_id arrived_at queue_id estimate",
        """
        INSERT INTO queue_visit (id, call_id, arrived_at, queue_id, estimate)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO UPDATE
           SET estimate = excluded.estimate
         WHERE queue_visit.estimate IS NULL
        """,
    ),
    Statement(
        f.WaitPromised,
        "visit_id call_id arrived_at queue_id at seconds",
        """
        INSERT INTO queue_visit (id, call_id, arrived_at, queue_id, promised_at, promised_seconds)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE
           SET promised_at = excluded.promised_at,
               promised_seconds = excluded.promised_seconds
         WHERE queue_visit.promised_at IS NULL
        """,
    ),
    Statement(
        f.OfferEnded,
        "offer_id call_id arrived_at agent_id at result",
        """
        INSERT INTO offer (id, call_id, arrived_at, agent_id, ended_at, result)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE
           SET ended_at = excluded.ended_at,
               result = excluded.result
         WHERE offer.result IS NULL
        """,
    ),
    Statement(
        f.OfferMade,
        "offer_id call_id arrived_at visit_id queue_id agent_id leg_id at deadline why",
        """
        INSERT INTO offer (id, call_id, arrived_at, visit_id, queue_id, agent_id, leg_id,
                           made_at, deadline, why)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (id) DO UPDATE
           SET visit_id = excluded.visit_id,
               queue_id = excluded.queue_id,
               leg_id = excluded.leg_id,
               made_at = excluded.made_at,
               deadline = excluded.deadline,
               why = excluded.why
         WHERE offer.made_at IS NULL
        """,
    ),
    Statement(
        f.AgentMoved,
        "agent_id version at state reason until call_id",
        """
        INSERT INTO agent_state (agent_id, version, at, state, reason, until, call_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (agent_id, version) DO NOTHING
        """,
        own_rows=True,
    ),
    Statement(
        f.AgentMoved,
        "agent_id version at state reason until call_id",
        """
        INSERT INTO agent_presence (agent_id, version, since, state, reason, until, call_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (agent_id) DO UPDATE
           SET version = excluded.version,
               since = excluded.since,
               state = excluded.state,
               reason = excluded.reason,
               until = excluded.until,
               call_id = excluded.call_id
         WHERE agent_presence.version < excluded.version
        """,
        newest=True,
    ),
    Statement(
        f.AgentWished,
        "agent_id version at state reason",
        """
        INSERT INTO agent_wish AS w (agent_id, version, at, state, reason)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (agent_id) DO UPDATE
           SET version = excluded.version,
               at = excluded.at,
               state = excluded.state,
               reason = excluded.reason
         WHERE (w.version, w.at) < (excluded.version, excluded.at)
        """,
    ),
)
