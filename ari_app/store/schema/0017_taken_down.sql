-- What callers answer to surveys, what they speak into records, and when they want to be called.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE survey_answer (
    id           uuid PRIMARY KEY,
    call_id      uuid NOT NULL,
    arrived_at   timestamptz NOT NULL,
    survey       text NOT NULL,
    dimension    text NOT NULL,
    key          text NOT NULL CHECK (key ~ '^[0-9*#]$'),
    score        smallint CHECK (score BETWEEN 0 AND 9),
    answered_at  timestamptz NOT NULL,
    UNIQUE (call_id, survey, dimension)
);
COMMENT ON TABLE survey_answer IS
    'One answer of a caller to one question of a survey; score is the key where that is a figure';
CREATE INDEX survey_answer_at ON survey_answer (answered_at);

ALTER TABLE message
  ADD COLUMN record_id uuid,
  ADD COLUMN record text,
  ADD COLUMN part text,
  ADD CONSTRAINT message_record CHECK (num_nulls(record_id, record, part) IN (0, 3)) NOT VALID;
-- Added in this transaction with the columns: no row has anything in them.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE message VALIDATE CONSTRAINT message_record;
COMMENT ON COLUMN message.record_id IS 'The spoken record this is a part of; null for a message';
COMMENT ON COLUMN message.record IS 'What the record is: order, complaint, ...';
COMMENT ON COLUMN message.part IS 'Which part of it was spoken';
-- The table is small, and no index without a lock can be made in a migration.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX message_record_id ON message (record_id) WHERE record_id IS NOT NULL;

ALTER TABLE callback ADD COLUMN due_until timestamptz;
COMMENT ON COLUMN callback.due_until IS
    'The end of the part of the day the caller chose, which begins at due_at; null: at any time';

CREATE VIEW v_survey_answer AS
SELECT a.id AS answer_id,
       a.call_id,
       a.arrived_at,
       a.answered_at,
       a.survey,
       a.dimension,
       a.key,
       a.score,
       v.queue,
       v.agent_id
  FROM survey_answer a
  LEFT JOIN LATERAL (
       SELECT q.name AS queue, visit.agent_id
         FROM queue_visit visit
         LEFT JOIN queue q ON q.id = visit.queue_id
        WHERE visit.call_id = a.call_id
          AND visit.result = 'answered'
          AND visit.left_at <= a.answered_at
        ORDER BY visit.left_at DESC
        LIMIT 1) v ON true;
COMMENT ON VIEW v_survey_answer IS 'One row per answer to a survey, with who was talked to before';
COMMENT ON COLUMN v_survey_answer.answer_id IS 'The answer';
COMMENT ON COLUMN v_survey_answer.call_id IS 'The call, see v_call';
COMMENT ON COLUMN v_survey_answer.arrived_at IS 'When the call arrived';
COMMENT ON COLUMN v_survey_answer.answered_at IS 'When the key was pressed';
COMMENT ON COLUMN v_survey_answer.survey IS 'Name of the survey';
COMMENT ON COLUMN v_survey_answer.dimension IS 'What was asked about';
COMMENT ON COLUMN v_survey_answer.key IS 'The key';
COMMENT ON COLUMN v_survey_answer.score IS 'The key as a figure; null for * and #';
COMMENT ON COLUMN v_survey_answer.queue IS 'Queue of the last conversation before; null without one';
COMMENT ON COLUMN v_survey_answer.agent_id IS 'Agent of that conversation';

CREATE VIEW report_survey AS
SELECT survey,
       dimension,
       queue,
       agent_id,
       answered_at::date AS day,
       count(*) AS answers,
       count(score) AS scored,
       round(avg(score), 2) AS mean_score,
       count(*) FILTER (WHERE score >= 4) AS satisfied,
       round(100.0 * count(*) FILTER (WHERE score >= 4) / nullif(count(score), 0), 1)
           AS satisfied_percent
  FROM v_survey_answer
 GROUP BY survey, dimension, queue, agent_id, day;
COMMENT ON VIEW report_survey IS
    'Satisfaction per survey, dimension, queue, agent and day of the session''s time zone, for'
    ' scales that end with 5. Open any figure in v_survey_answer with the same values';
COMMENT ON COLUMN report_survey.survey IS 'Name of the survey';
COMMENT ON COLUMN report_survey.dimension IS 'What was asked about';
COMMENT ON COLUMN report_survey.queue IS 'Queue of the conversation before; null without one';
COMMENT ON COLUMN report_survey.agent_id IS 'Agent of that conversation';
COMMENT ON COLUMN report_survey.day IS 'Day of the answer';
COMMENT ON COLUMN report_survey.answers IS 'Answers';
COMMENT ON COLUMN report_survey.scored IS 'Answers that are a figure (N)';
COMMENT ON COLUMN report_survey.mean_score IS 'Their mean';
COMMENT ON COLUMN report_survey.satisfied IS 'Of them 4 or more (S)';
COMMENT ON COLUMN report_survey.satisfied_percent IS 'CSAT: S / N in percent';

CREATE VIEW v_spoken_record AS
SELECT record_id,
       record,
       call_id,
       min(arrived_at) AS arrived_at,
       min(caller) AS caller,
       min(language) AS language,
       min(mailbox) AS mailbox,
       min(left_at) AS began_at,
       max(left_at) AS ended_at,
       array_agg(part ORDER BY left_at) AS parts,
       array_agg(path ORDER BY left_at) AS paths,
       array_agg(sha256 ORDER BY left_at) AS sha256s,
       sum(seconds) AS seconds,
       count(*) FILTER (WHERE path IS NULL OR flaw IS NOT NULL) AS not_heard
  FROM message
 WHERE record_id IS NOT NULL
 GROUP BY record_id, record, call_id;
COMMENT ON VIEW v_spoken_record IS
    'One row per order or complaint that was spoken part by part; a caller who hung up left fewer';
COMMENT ON COLUMN v_spoken_record.record_id IS 'The record';
COMMENT ON COLUMN v_spoken_record.record IS 'What it is: order, complaint, ...';
COMMENT ON COLUMN v_spoken_record.call_id IS 'The call, see v_call';
COMMENT ON COLUMN v_spoken_record.arrived_at IS 'When the call arrived';
COMMENT ON COLUMN v_spoken_record.caller IS 'Caller number';
COMMENT ON COLUMN v_spoken_record.language IS 'Language of the call';
COMMENT ON COLUMN v_spoken_record.mailbox IS 'Mailbox its parts are in';
COMMENT ON COLUMN v_spoken_record.began_at IS 'When the first part had been spoken';
COMMENT ON COLUMN v_spoken_record.ended_at IS 'When the last part had been';
COMMENT ON COLUMN v_spoken_record.parts IS 'Names of the parts, as they were spoken';
COMMENT ON COLUMN v_spoken_record.paths IS 'Their files below the archive, in this order';
COMMENT ON COLUMN v_spoken_record.sha256s IS 'Hashes of the files, in this order';
COMMENT ON COLUMN v_spoken_record.seconds IS 'Length of all parts';
COMMENT ON COLUMN v_spoken_record.not_heard IS 'Parts whose file is not there yet, or has a flaw';
