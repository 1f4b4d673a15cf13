-- Calls are looked at when they end: by the auditor, and by who closes what only Asterisk saw.
-- A partitioned table cannot be indexed concurrently, nor can anything in a transaction; while the
-- index is made the engine writes into its spool.
-- squawk-ignore-file require-concurrent-index-creation
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE INDEX cel_raw_end ON cel_raw (at) WHERE event = 'CHAN_END';
