-- Calls and recordings are found by either number.
-- A partitioned table cannot be indexed concurrently, nor can anything in a transaction; while the
-- index is made the engine writes into its spool.
-- squawk-ignore-file require-concurrent-index-creation
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE INDEX call_dialled ON call (dialled, arrived_at);
