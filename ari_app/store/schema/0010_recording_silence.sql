-- How much of each side holds no sound at all: a side that was never recorded is found by it.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

ALTER TABLE recording
  ADD COLUMN caller_silent_seconds double precision CHECK (caller_silent_seconds >= 0),
  ADD COLUMN agent_silent_seconds double precision CHECK (agent_silent_seconds >= 0);
COMMENT ON COLUMN recording.caller_silent_seconds IS
    'Digital silence on the left: nothing came from the caller, not even the noise of a line;'
    ' null where the file was not read again';
COMMENT ON COLUMN recording.agent_silent_seconds IS
    'Digital silence on the right: nothing was sent to the caller, neither prompt nor agent';
