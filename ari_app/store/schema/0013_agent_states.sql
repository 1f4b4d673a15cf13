-- By which rules agents change state: PINs, pauses, offers that were missed. Who changes one of
-- them, or an agent, tells the engine, whatever program they use.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

ALTER TABLE agent ADD COLUMN is_auto_answering boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN agent.pin_hash IS
    'What *45 asks for, hashed by `hotline agents pin`; null asks for nothing';
COMMENT ON COLUMN agent.is_auto_answering IS 'The phone is asked to answer offers by itself';

CREATE TABLE pin_tries (
    agent_id      integer PRIMARY KEY REFERENCES agent (id),
    wrong         smallint NOT NULL CHECK (wrong >= 0),
    locks         smallint NOT NULL CHECK (locks >= 0),
    locked_until  timestamptz
);
COMMENT ON TABLE pin_tries IS
    'PINs tried since the last right one: wrong since the last lock, locks so far (each twice as'
    ' long as the one before). No row: none';

CREATE TABLE pause_reason (
    name             text PRIMARY KEY
                     CHECK (name IN ('break', 'lunch', 'training', 'meeting', 'ticket')),
    title_zh         text NOT NULL,
    title_en         text NOT NULL,
    digit            smallint NOT NULL UNIQUE CHECK (digit BETWEEN 1 AND 9),
    longest_seconds  integer CHECK (longest_seconds > 0),
    is_work          boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE pause_reason IS
    'Why agents may pause: *46 and the digit. Past longest_seconds (null: no limit) a pause is'
    ' overdue, which is shown and changes nothing; is_work: paid time that serves the hotline';
INSERT INTO pause_reason (name, title_zh, title_en, digit, longest_seconds, is_work) VALUES
    ('break',    '小休',   'Break',     1,  900, false),
    ('lunch',    '用餐',   'Lunch',     2, 3600, false),
    ('meeting',  '会议',   'Meeting',   3, NULL, true),
    ('training', '培训',   'Training',  4, NULL, true),
    ('ticket',   '处理工单', 'Paperwork', 5, 1800, true);

CREATE TABLE missed_offer_rule (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    queue_id             uuid UNIQUE REFERENCES queue (id),
    missed_before_pause  smallint NOT NULL DEFAULT 2 CHECK (missed_before_pause > 0),
    back_off_seconds     integer NOT NULL DEFAULT 0 CHECK (back_off_seconds >= 0),
    is_pausing           boolean NOT NULL DEFAULT true,
    counts_refused       boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE missed_offer_rule IS
    'What missing offers (ring-no-answer) leads to: no offer for back_off_seconds, and (is_pausing)'
    ' a pause at the missed_before_pause-th in a row; counts_refused: refusing is the same. For one'
    ' queue, or (queue_id null) all others';
CREATE UNIQUE INDEX missed_offer_rule_site ON missed_offer_rule ((queue_id IS NULL))
    WHERE queue_id IS NULL;
INSERT INTO missed_offer_rule DEFAULT VALUES;

CREATE TABLE agent_wish (
    agent_id  integer PRIMARY KEY REFERENCES agent (id),
    version   bigint NOT NULL,
    at        timestamptz NOT NULL,
    state     text CHECK (state IN ('paused', 'logged_out')),
    reason    text
) WITH (fillfactor = 50);
COMMENT ON TABLE agent_wish IS
    'What an agent who is busy wants to be afterwards (state null: nothing any more). Counts while'
    ' its version is the one of agent_presence';

CREATE VIEW v_agent_state AS
SELECT s.agent_id,
       a.name AS agent,
       s.version,
       s.state,
       s.reason,
       s.at AS since,
       n.at AS left_at,
       extract(epoch FROM coalesce(n.at, now()) - s.at)::double precision AS seconds,
       s.until,
       CASE WHEN s.state = 'paused' AND s.until < coalesce(n.at, now())
            THEN extract(epoch FROM coalesce(n.at, now()) - s.until)::double precision
       END AS overdue_seconds,
       CASE WHEN s.state = 'paused' THEN coalesce(p.is_work, false) END AS is_work,
       s.call_id
  FROM agent_state s
  LEFT JOIN agent_state n ON n.agent_id = s.agent_id AND n.version = s.version + 1
  LEFT JOIN agent a ON a.id = s.agent_id
  LEFT JOIN pause_reason p ON p.name = s.reason;
COMMENT ON VIEW v_agent_state IS 'One row per stay of one agent in one state';
COMMENT ON COLUMN v_agent_state.agent_id IS 'Agent number';
COMMENT ON COLUMN v_agent_state.agent IS 'Name of the agent';
COMMENT ON COLUMN v_agent_state.version IS 'Which move of this agent it began with; rises by one';
COMMENT ON COLUMN v_agent_state.state IS
    'logged_out, ready, reserved, talking, wrap_up, paused or phone_lost';
COMMENT ON COLUMN v_agent_state.reason IS
    'Why the agent entered it: login, break, lunch, missed_offers, supervisor...';
COMMENT ON COLUMN v_agent_state.since IS 'When the agent entered it';
COMMENT ON COLUMN v_agent_state.left_at IS 'When the agent left it; null while it lasts';
COMMENT ON COLUMN v_agent_state.seconds IS 'How long it lasted, or has so far';
COMMENT ON COLUMN v_agent_state.until IS
    'Deadline of reserved and wrap_up, limit of a pause, end of the back-off of ready; or null';
COMMENT ON COLUMN v_agent_state.overdue_seconds IS
    'How far a pause went past its limit; null when it did not';
COMMENT ON COLUMN v_agent_state.is_work IS
    'Does the pause count as work? By the reason''s present row; null for other states';
COMMENT ON COLUMN v_agent_state.call_id IS 'The call it is about, see v_call';

COMMENT ON TABLE agent_presence IS
    'What each agent does now; version rises by one with each move, until is the deadline of'
    ' reserved and wrap_up, the limit of a pause, the end of the back-off of ready';

CREATE FUNCTION tell() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify(TG_ARGV[0], '');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tell IS
    'Says at commit, on the channel that its trigger names, that the engine should read again';

CREATE TRIGGER agent_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON agent
    FOR EACH STATEMENT EXECUTE FUNCTION tell('staff');
CREATE TRIGGER agent_skill_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON agent_skill
    FOR EACH STATEMENT EXECUTE FUNCTION tell('staff');
CREATE TRIGGER pause_reason_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON pause_reason
    FOR EACH STATEMENT EXECUTE FUNCTION tell('staff');
CREATE TRIGGER missed_offer_rule_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON missed_offer_rule
    FOR EACH STATEMENT EXECUTE FUNCTION tell('staff');
