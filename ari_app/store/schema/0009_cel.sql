-- How far Asterisk's own account (CEL) has been read, and what the auditor asks by time.
-- A partitioned table cannot be indexed concurrently, nor can anything in a transaction; while an
-- index is made the engine writes into its spool.
-- squawk-ignore-file require-concurrent-index-creation
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE cel_file (
    node     text NOT NULL,
    source   text NOT NULL,
    path     text NOT NULL,
    inode    bigint NOT NULL,
    read_to  bigint NOT NULL CHECK (read_to >= 0),
    records  bigint NOT NULL DEFAULT 0,
    damaged  bigint NOT NULL DEFAULT 0,
    begun_at timestamptz NOT NULL DEFAULT now(),
    read_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node, source)
);
COMMENT ON TABLE cel_file IS
    'Each file of Asterisk''s channel event log: source is the SHA-256 of its first line, which'
    ' survives renaming and copying; read_to is the byte up to which its rows are in cel_raw,'
    ' damaged counts what gave no row';

CREATE TABLE cel_watch (
    node        text PRIMARY KEY,
    since       timestamptz NOT NULL,
    read_until  timestamptz NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE cel_watch IS
    'The time for which cel_raw is complete: since its first row, until the last moment at'
    ' which nothing was left to read';

CREATE INDEX cel_raw_unique ON cel_raw (unique_id);
CREATE INDEX cel_raw_start ON cel_raw (at) WHERE event = 'CHAN_START';
CREATE INDEX call_ended ON call (ended_at);
CREATE INDEX offer_made ON offer (made_at);
CREATE INDEX agent_presence_busy ON agent_presence (agent_id)
 WHERE state IN ('reserved', 'talking', 'wrap_up');
