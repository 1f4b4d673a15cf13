-- Reports and lists of a time read that time, however many years are kept: `entered_at` by itself
-- and as the half-hours of report_queue_half_hour, `arrived_at` of what belongs to a call.
-- Nothing can be indexed concurrently in a transaction; while an index is made the engine writes
-- into its spool.
-- squawk-ignore-file require-concurrent-index-creation
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE INDEX queue_visit_time ON queue_visit (entered_at);
CREATE INDEX queue_visit_half_hour ON queue_visit
    (date_bin('30 minutes', entered_at, '2000-01-01 00:00+00'));
CREATE INDEX queue_visit_promised ON queue_visit (promised_at) WHERE promised_at IS NOT NULL;
CREATE INDEX queue_visit_arrived ON queue_visit (arrived_at);
CREATE INDEX offer_arrived ON offer (arrived_at);
CREATE INDEX leg_arrived ON leg (arrived_at);
