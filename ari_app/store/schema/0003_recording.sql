-- What was said: recordings, their silenced parts, messages; and callbacks we owe.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE recording (
    call_id     uuid NOT NULL,
    arrived_at  timestamptz NOT NULL,
    state       text NOT NULL
                CHECK (state IN ('expected', 'finalised', 'missing', 'short', 'damaged')),
    reasons     text[] NOT NULL DEFAULT '{}',
    path        text,
    sha256      text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes       bigint CHECK (bytes > 0),
    seconds     double precision CHECK (seconds >= 0),
    indexed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (call_id, arrived_at),
    -- A path holds its call's id, so this is as good as unique for ever.
    UNIQUE (path, arrived_at),
    CHECK (num_nulls(path, sha256, bytes, seconds) IN (0, 4)),
    CHECK (state NOT IN ('finalised', 'short') OR path IS NOT NULL)
) PARTITION BY RANGE (arrived_at);
COMMENT ON TABLE recording IS
    'What became of a call''s recording. Length and hash are read from the file itself; reasons'
    ' say why there is none or what is wrong with it. Who talked, and where the call came in, is'
    ' in leg and call';
CREATE INDEX recording_arrived ON recording (arrived_at);
CREATE TABLE recording_default PARTITION OF recording DEFAULT;

CREATE TABLE recording_gap (
    id          uuid PRIMARY KEY,
    call_id     uuid NOT NULL,
    arrived_at  timestamptz NOT NULL,
    from_at     timestamptz,
    to_at       timestamptz,
    reason      text
);
COMMENT ON TABLE recording_gap IS 'A silenced part of a recording';
CREATE INDEX recording_gap_call ON recording_gap (call_id);

CREATE TABLE message (
    id          uuid PRIMARY KEY,
    mailbox     text NOT NULL,
    call_id     uuid NOT NULL,
    arrived_at  timestamptz NOT NULL,
    caller      text,
    language    text CHECK (language IN ('zh', 'en')),
    name        text NOT NULL,
    seconds     double precision NOT NULL CHECK (seconds >= 0),
    left_at     timestamptz NOT NULL,
    path        text UNIQUE,
    sha256      text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes       bigint,
    heard_at    timestamptz,
    heard_by    integer,
    CHECK ((heard_at IS NULL) = (heard_by IS NULL))
);
COMMENT ON TABLE message IS
    'What a caller left in a mailbox; name is the live recording''s, path its file once indexed';
CREATE INDEX message_unheard ON message (mailbox, left_at) WHERE heard_at IS NULL;
CREATE INDEX message_call ON message (call_id);

CREATE TABLE callback (
    id           uuid PRIMARY KEY,
    call_id      uuid,
    arrived_at   timestamptz,
    number       text NOT NULL,
    customer_id  uuid,
    queue_id     uuid,
    booked_at    timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'due'
                 CHECK (state IN ('due', 'claimed', 'done', 'given_up', 'cancelled'))
);
COMMENT ON TABLE callback IS 'A call we owe a customer';
CREATE INDEX callback_due ON callback (due_at) WHERE state = 'due';
