"""Messages, silenced parts of recordings, answers to surveys."""

from ari_app.domain import facts as f
from ari_app.store.fact_sql.statement import Statement

STATEMENTS = (
    Statement(
        f.MessageLeft,
        "message_id mailbox call_id arrived_at caller language name seconds at record_id record"
        " part",
        """
        INSERT INTO message (id, mailbox, call_id, arrived_at, caller, language, name, seconds,
                             left_at, record_id, record, part)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (id) DO NOTHING
        """,
    ),
    Statement(
        f.RecordingMuted,
        "gap_id call_id arrived_at at reason",
        """
        INSERT INTO recording_gap (id, call_id, arrived_at, from_at, reason)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO UPDATE
           SET from_at = excluded.from_at,
               reason = excluded.reason
         WHERE recording_gap.from_at IS NULL
        """,
    ),
    Statement(
        f.RecordingUnmuted,
        "gap_id call_id arrived_at at",
        """
        INSERT INTO recording_gap (id, call_id, arrived_at, to_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE
           SET to_at = excluded.to_at
         WHERE recording_gap.to_at IS NULL
        """,
    ),
    Statement(
        f.SurveyAnswered,
        "answer_id call_id arrived_at survey dimension key score at",
        """
        INSERT INTO survey_answer (id, call_id, arrived_at, survey, dimension, key, score,
                                   answered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO NOTHING
        """,
    ),
)
