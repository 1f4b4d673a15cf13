-- One agent rather than any other, and the place in line of who was cut off and calls again.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

ALTER TABLE queue
  ADD COLUMN named_agent_seconds integer NOT NULL DEFAULT 20 CHECK (named_agent_seconds >= 0),
  ADD COLUMN preferred_agent_seconds integer NOT NULL DEFAULT 20
      CHECK (preferred_agent_seconds >= 0),
  ADD COLUMN last_agent_seconds integer NOT NULL DEFAULT 0 CHECK (last_agent_seconds >= 0),
  ADD COLUMN last_agent_within_seconds integer NOT NULL DEFAULT 86400
      CHECK (last_agent_within_seconds > 0),
  ADD COLUMN rescue text NOT NULL DEFAULT 'cut_off'
      CHECK (rescue IN ('nobody', 'cut_off', 'all')),
  ADD COLUMN rescue_within_seconds integer NOT NULL DEFAULT 300
      CHECK (rescue_within_seconds > 0),
  ADD COLUMN tier_points jsonb;
COMMENT ON COLUMN queue.named_agent_seconds IS
    'For how long a caller waits for nobody but the agent asked for by number; 0: not at all';
COMMENT ON COLUMN queue.preferred_agent_seconds IS
    'The same for the customer''s own agent, customer.preferred_agent';
COMMENT ON COLUMN queue.last_agent_seconds IS
    'The same for the agent who talked with this number or customer last';
COMMENT ON COLUMN queue.last_agent_within_seconds IS
    'For so many seconds after a talk its agent is the last agent; 30 days at most';
COMMENT ON COLUMN queue.rescue IS
    'Who has the old place in line again on calling again soon: nobody, callers who were cut_off'
    ' as far as can be told, or all';
COMMENT ON COLUMN queue.rescue_within_seconds IS 'How soon; a day at most';
COMMENT ON COLUMN queue.tier_points IS
    'What a tier is worth, {tier: points}, a point as much as a second of waiting when ageing is'
    ' 1; null: normal 0, silver 60, gold 120, vip 300';
-- What holds by itself must not keep a queue of before from being loaded.
UPDATE queue
   SET named_agent_seconds = max_wait_seconds - 1,
       preferred_agent_seconds = max_wait_seconds - 1
 WHERE max_wait_seconds <= 20;

ALTER TABLE customer ADD COLUMN preferred_agent integer;
COMMENT ON COLUMN customer.preferred_agent IS
    'The agent who serves this customer, if there within queue.preferred_agent_seconds';
ALTER TABLE customer
  ADD CONSTRAINT customer_preferred_agent_fkey
      FOREIGN KEY (preferred_agent) REFERENCES agent (id) NOT VALID;

ALTER TABLE queue_visit
  ADD COLUMN kept_by text
      CHECK (kept_by IN ('cut_off', 'talk_cut_off', 'called_again', 'callback'));
COMMENT ON COLUMN queue_visit.kept_by IS
    'Why place_since is a time of an earlier call: that call was cut_off while waiting, or'
    ' talk_cut_off; the caller called_again; a callback was booked';

ALTER TABLE callback
  ADD COLUMN closed_at timestamptz,
  ADD COLUMN closed_by_call uuid;
COMMENT ON COLUMN callback.closed_at IS 'Since when it is done, given up or cancelled';
COMMENT ON COLUMN callback.closed_by_call IS
    'The call of the same number that made it needless; null otherwise';
-- The table is small: no index without a lock is needed.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX callback_number ON callback (number) WHERE state = 'due';

CREATE OR REPLACE VIEW v_queue_visit AS
SELECT v.id AS visit_id,
       v.call_id,
       v.arrived_at,
       v.queue_id,
       q.name AS queue,
       v.entered_at,
       v.left_at,
       v.result,
       v.how,
       v.agent_id,
       v.priority,
       v.needs,
       extract(epoch FROM v.left_at - v.entered_at)::double precision AS wait_seconds,
       v.left_at - v.entered_at <= make_interval(secs => q.service_level_seconds) AS in_time,
       v.result = 'abandoned'
           AND v.left_at - v.entered_at < make_interval(secs => q.short_abandon_seconds)
           AS is_short_abandon,
       v.place_since,
       v.kept_by
  FROM queue_visit v
  LEFT JOIN queue q ON q.id = v.queue_id;
COMMENT ON COLUMN v_queue_visit.place_since IS
    'The time that decides the place in line: earlier than entered_at where a place was kept';
COMMENT ON COLUMN v_queue_visit.kept_by IS
    'Why it is a time of an earlier call: cut_off (waiting), talk_cut_off, called_again, callback';
