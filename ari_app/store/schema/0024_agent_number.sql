-- Whether callers hear who serves them.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

ALTER TABLE queue ADD COLUMN is_saying_agent_number boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN queue.is_saying_agent_number IS
    'Caller and agent hear the number of the agent before they are connected, which takes about'
    ' three seconds; without it they are connected at once';
