-- What happened to each call. Facts name agents, queues and customers without foreign keys:
-- what happened is recorded even when the directory has changed since.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE call (
    call_id             uuid NOT NULL,
    arrived_at          timestamptz NOT NULL,
    node                text,
    trunk               text,
    timeslot            smallint,
    caller              text,
    dialled             text,
    flow                text,
    language            text CHECK (language IN ('zh', 'en')),
    language_chosen_at  timestamptz,
    priority            smallint CHECK (priority BETWEEN 0 AND 9),
    tier                text CHECK (tier IN ('normal', 'silver', 'gold', 'vip')),
    customer_id         uuid,
    answered_at         timestamptz,
    ended_at            timestamptz,
    outcome             text CHECK (outcome IN (
        'abandoned_in_flow', 'abandoned', 'talked', 'left_message', 'callback_booked',
        'served_by_flow', 'transferred_out', 'fallback', 'failed')),
    end_reason          text CHECK (end_reason IN (
        'caller_hung_up', 'agent_hung_up', 'flow_ended', 'no_audio', 'trunk_lost', 'pbx_restart',
        'ended_while_away', 'refused')),
    hangup_cause        smallint,
    closed_by           text CHECK (closed_by IN ('engine', 'cel', 'dialplan')),
    PRIMARY KEY (call_id, arrived_at),
    CHECK ((ended_at IS NULL) = (closed_by IS NULL))
) PARTITION BY RANGE (arrived_at);
COMMENT ON TABLE call IS 'One visit of one customer, from ring to last hang-up';
CREATE INDEX call_arrived ON call (arrived_at);
CREATE INDEX call_caller ON call (caller, arrived_at);
CREATE INDEX call_customer ON call (customer_id, arrived_at) WHERE customer_id IS NOT NULL;
CREATE INDEX call_timeslot ON call (trunk, timeslot, arrived_at);
CREATE INDEX call_open ON call (node) WHERE ended_at IS NULL;
CREATE TABLE call_default PARTITION OF call DEFAULT;

CREATE TABLE call_event (
    event_id    uuid NOT NULL,
    call_id     uuid NOT NULL,
    arrived_at  timestamptz NOT NULL,
    at          timestamptz NOT NULL,
    type        text NOT NULL CHECK (type IN (
        'arrived', 'answered', 'entered_node', 'left_node', 'key_pressed', 'queued', 'announced',
        'offered', 'offer_refused', 'offer_timed_out', 'joined', 'held', 'resumed',
        'muted_recording', 'unmuted_recording', 'transferred', 'left_queue', 'left_message',
        'surveyed', 'ended')),
    detail      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (event_id, arrived_at)
) PARTITION BY RANGE (arrived_at);
COMMENT ON TABLE call_event IS 'The timeline of each call: past-tense facts';
CREATE INDEX call_event_call ON call_event (call_id, at);
CREATE TABLE call_event_default PARTITION OF call_event DEFAULT;

CREATE TABLE call_place (
    call_id       uuid PRIMARY KEY,
    arrived_at    timestamptz NOT NULL,
    step          bigint NOT NULL,
    node          text NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('flow', 'queue', 'talk', 'mailbox', 'survey')),
    flow          text NOT NULL,
    flow_version  text NOT NULL,
    flow_node     text NOT NULL,
    state         jsonb NOT NULL DEFAULT '{}',
    saved_at      timestamptz NOT NULL
);
COMMENT ON TABLE call_place IS
    'Where each call the engine has not finished with stands, to be resumed after a crash';
CREATE INDEX call_place_node ON call_place (node);

CREATE TABLE leg (
    call_id       uuid NOT NULL,
    leg_id        text NOT NULL,
    arrived_at    timestamptz NOT NULL,
    node          text,
    role          text CHECK (role IN ('caller', 'agent', 'supervisor', 'outside')),
    agent_id      integer,
    endpoint      text,
    trunk         text,
    timeslot      smallint,
    started_at    timestamptz,
    answered_at   timestamptz,
    ended_at      timestamptz,
    hangup_cause  smallint,
    PRIMARY KEY (call_id, leg_id)
);
COMMENT ON TABLE leg IS 'One party''s channel in a call; leg_id is Asterisk''s channel id';
CREATE INDEX leg_agent ON leg (agent_id, arrived_at) WHERE agent_id IS NOT NULL;
CREATE INDEX leg_open ON leg (node) WHERE ended_at IS NULL;

CREATE TABLE queue_visit (
    id           uuid PRIMARY KEY,
    call_id      uuid NOT NULL,
    arrived_at   timestamptz NOT NULL,
    queue_id     uuid NOT NULL,
    entered_at   timestamptz,
    place_since  timestamptz,
    priority     smallint CHECK (priority BETWEEN 0 AND 9),
    needs        jsonb NOT NULL DEFAULT '{}',
    left_at      timestamptz,
    result       text CHECK (result IN ('answered', 'abandoned', 'flowed_out')),
    how          text,
    agent_id     integer,
    CHECK ((left_at IS NULL) = (result IS NULL))
);
COMMENT ON TABLE queue_visit IS
    'One call''s stay in one queue; place_since decides the place in line (earlier than'
    ' entered_at for a caller who was put back at the head), needs are skills and levels';
CREATE INDEX queue_visit_call ON queue_visit (call_id);
CREATE INDEX queue_visit_entered ON queue_visit (queue_id, entered_at);
CREATE INDEX queue_visit_waiting ON queue_visit (queue_id) WHERE left_at IS NULL;

CREATE TABLE offer (
    id          uuid PRIMARY KEY,
    call_id     uuid NOT NULL,
    arrived_at  timestamptz NOT NULL,
    visit_id    uuid,
    queue_id    uuid,
    agent_id    integer NOT NULL,
    leg_id      text,
    made_at     timestamptz,
    deadline    timestamptz,
    why         jsonb NOT NULL DEFAULT '{}',
    result      text CHECK (result IN (
        'accepted', 'refused', 'timed_out', 'rescinded', 'failed')),
    ended_at    timestamptz,
    CHECK ((ended_at IS NULL) = (result IS NULL))
);
COMMENT ON TABLE offer IS 'One call put to one agent, with deadline, result and why';
CREATE UNIQUE INDEX offer_live_agent ON offer (agent_id) WHERE result IS NULL;
CREATE UNIQUE INDEX offer_live_call ON offer (call_id) WHERE result IS NULL;
CREATE INDEX offer_call ON offer (call_id);
CREATE INDEX offer_agent ON offer (agent_id, made_at);

CREATE TABLE agent_state (
    agent_id  integer NOT NULL,
    version   bigint NOT NULL,
    at        timestamptz NOT NULL,
    state     text NOT NULL CHECK (state IN (
        'logged_out', 'ready', 'reserved', 'talking', 'wrap_up', 'paused', 'phone_lost')),
    reason    text NOT NULL,
    until     timestamptz,
    call_id   uuid,
    PRIMARY KEY (agent_id, version)
);
COMMENT ON TABLE agent_state IS 'Every move of every agent, each with its reason';
CREATE INDEX agent_state_at ON agent_state (at);

CREATE TABLE agent_presence (
    agent_id  integer PRIMARY KEY REFERENCES agent (id),
    version   bigint NOT NULL,
    state     text NOT NULL CHECK (state IN (
        'logged_out', 'ready', 'reserved', 'talking', 'wrap_up', 'paused', 'phone_lost')),
    since     timestamptz NOT NULL,
    reason    text NOT NULL,
    until     timestamptz,
    call_id   uuid
) WITH (fillfactor = 50);
COMMENT ON TABLE agent_presence IS
    'What each agent does now; version rises by one with each move, until is the deadline of'
    ' reserved and wrap_up';
