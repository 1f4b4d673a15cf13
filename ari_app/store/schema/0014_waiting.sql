-- What callers hear while they wait, what they are told of their wait, and whether it came true.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

ALTER TABLE queue
  ADD COLUMN comfort jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN keep_place_seconds integer NOT NULL DEFAULT 300 CHECK (keep_place_seconds >= 0),
  ADD COLUMN overflow jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN closing_to jsonb;
COMMENT ON COLUMN queue.overflow IS
    'When callers are sent on, the first that applies: a list of {by, over, to}; by wait (seconds'
    ' in this queue), estimate (expected seconds) or ratio (calls waiting per agent at work), the'
    ' last two on entering only; to {kind: queue, mailbox or flow, name}';
COMMENT ON COLUMN queue.closing_to IS
    'Where those who wait are sent at closing time, {kind, name} as in overflow; null: they are'
    ' served';
COMMENT ON COLUMN queue.keep_place_seconds IS
    'For how long the place in line of a caller who left it by a key is kept';
COMMENT ON COLUMN queue.comfort IS
    'What is said beside the place in line: a list of {prompts: [name], after: seconds of waiting,'
    ' every: seconds, or 0 for once}';

CREATE TABLE queue_hours (
    queue_id  uuid NOT NULL REFERENCES queue (id),
    weekday   smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens     time NOT NULL,
    closes    time NOT NULL,
    PRIMARY KEY (queue_id, weekday, opens),
    CHECK (opens < closes)
);
COMMENT ON TABLE queue_hours IS
    'When a queue is open, in the time zone of the settings: weekday 1 is Monday; over midnight'
    ' are two rows, to 24:00 and from 00:00. A queue without rows is always open';

ALTER TABLE queue_visit
  ADD COLUMN estimate jsonb,
  ADD COLUMN promised_at timestamptz,
  ADD COLUMN promised_seconds double precision CHECK (promised_seconds > 0);
COMMENT ON COLUMN queue_visit.estimate IS
    'What was expected when the wait began: mean and bound in seconds, the views behind them';
COMMENT ON COLUMN queue_visit.promised_at IS 'When the caller was first told how long it takes';
COMMENT ON COLUMN queue_visit.promised_seconds IS
    'How long from promised_at, as it was said: rounded up';

ALTER TABLE callback
  ADD COLUMN place_since timestamptz,
  ADD COLUMN language text CHECK (language IN ('zh', 'en'));
COMMENT ON COLUMN callback.place_since IS
    'The place in line of the queue that is kept; null where nobody waited';
COMMENT ON COLUMN callback.language IS 'What the caller is spoken to in';
-- Nobody is called back twice for one wait. The table is small: no index without a lock is needed.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX callback_open ON callback (number, queue_id) WHERE state IN ('due', 'claimed');

CREATE VIEW v_wait_promise AS
SELECT v.id AS visit_id,
       v.call_id,
       v.arrived_at,
       q.name AS queue,
       v.entered_at,
       v.promised_at,
       v.promised_seconds,
       extract(epoch FROM v.left_at - v.promised_at)::double precision AS waited_seconds,
       v.result,
       CASE WHEN v.result = 'answered'
                THEN v.left_at <= v.promised_at + make_interval(secs => v.promised_seconds)
            WHEN coalesce(v.left_at, now())
                     > v.promised_at + make_interval(secs => v.promised_seconds)
                THEN false
       END AS is_kept
  FROM queue_visit v
  LEFT JOIN queue q ON q.id = v.queue_id
 WHERE v.promised_at IS NOT NULL;
COMMENT ON VIEW v_wait_promise IS
    'One row per stay in a queue whose caller was told how long it takes';
COMMENT ON COLUMN v_wait_promise.visit_id IS 'The stay, see v_queue_visit';
COMMENT ON COLUMN v_wait_promise.call_id IS 'The call, see v_call';
COMMENT ON COLUMN v_wait_promise.arrived_at IS 'When the call arrived';
COMMENT ON COLUMN v_wait_promise.queue IS 'Name of the queue';
COMMENT ON COLUMN v_wait_promise.entered_at IS 'When the call was queued';
COMMENT ON COLUMN v_wait_promise.promised_at IS 'When the caller was first told a time';
COMMENT ON COLUMN v_wait_promise.promised_seconds IS 'The time, from then on, as it was said';
COMMENT ON COLUMN v_wait_promise.waited_seconds IS
    'From the promise to the agent''s answer or to leaving; null while it waits';
COMMENT ON COLUMN v_wait_promise.result IS 'As in v_queue_visit';
COMMENT ON COLUMN v_wait_promise.is_kept IS
    'Answered in the promised time; false when it ran out first, whatever came then; null for'
    ' who left, or waits, before it was over';

CREATE VIEW report_wait_promise AS
SELECT queue,
       promised_at::date AS day,
       count(*) AS promised,
       count(*) FILTER (WHERE is_kept) AS kept,
       count(*) FILTER (WHERE NOT is_kept) AS broken,
       count(*) FILTER (WHERE is_kept IS NULL) AS undecided,
       round(100.0 * count(*) FILTER (WHERE is_kept) / nullif(count(is_kept), 0), 1)
           AS kept_percent
  FROM v_wait_promise
 GROUP BY queue, day;
COMMENT ON VIEW report_wait_promise IS
    'How often callers were told the truth, per queue and day of the session''s time zone. Open'
    ' any figure in v_wait_promise with the same queue and promised_at';
COMMENT ON COLUMN report_wait_promise.queue IS 'Name of the queue';
COMMENT ON COLUMN report_wait_promise.day IS 'Day of the promise';
COMMENT ON COLUMN report_wait_promise.promised IS 'Callers who were told a time (P)';
COMMENT ON COLUMN report_wait_promise.kept IS 'Answered within it (K)';
COMMENT ON COLUMN report_wait_promise.broken IS 'Still waiting when it ran out (N)';
COMMENT ON COLUMN report_wait_promise.undecided IS 'Left or waiting before it ran out: P - K - N';
COMMENT ON COLUMN report_wait_promise.kept_percent IS
    'K / (K + N) in percent; four of five are aimed at';

-- The engine has queues in memory: who changes them tells it, whatever program they use.
CREATE TRIGGER queue_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON queue
    FOR EACH STATEMENT EXECUTE FUNCTION tell('queues');
CREATE TRIGGER queue_hours_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON queue_hours
    FOR EACH STATEMENT EXECUTE FUNCTION tell('queues');
CREATE TRIGGER queue_skill_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON queue_skill
    FOR EACH STATEMENT EXECUTE FUNCTION tell('queues');
