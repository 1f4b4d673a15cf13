-- Why a message is not worth an agent's time: agents are offered only what can be heard.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

ALTER TABLE message
  ADD COLUMN flaw text CHECK (flaw IN ('no_file', 'too_brief', 'silent', 'unreadable'));
COMMENT ON COLUMN message.flaw IS
    'Why there is nothing to hear: no_file, too_brief, silent or unreadable; null for a message'
    ' that can be heard, and before its file was looked at';
