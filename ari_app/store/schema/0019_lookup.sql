-- What callers can ask for by phone, and the role that looks it up for them.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE serial_status (
    number      text PRIMARY KEY CHECK (number ~ '^[0-9]{1,20}$'),
    status      text NOT NULL CHECK (status IN ('received', 'in-progress', 'shipped', 'done')),
    amount      numeric(12, 2),
    due_on      date,
    changed_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE serial_status IS
    'What callers hear about an order or a case by its number; filled by the systems of the site';

CREATE VIEW lookup_serial_status AS
SELECT number, status, amount, due_on, changed_at FROM serial_status;
COMMENT ON VIEW lookup_serial_status IS 'For the query serial-status of the flow self-service';
COMMENT ON COLUMN lookup_serial_status.number IS 'As the caller keys it in';
COMMENT ON COLUMN lookup_serial_status.status IS 'received, in-progress, shipped or done';
COMMENT ON COLUMN lookup_serial_status.amount IS 'Still to be paid, in yuan; null when nothing is';
COMMENT ON COLUMN lookup_serial_status.due_on IS 'The day it is expected to be done';
COMMENT ON COLUMN lookup_serial_status.changed_at IS 'When the status was reached';

-- Whoever migrates may be forbidden to make roles: then an administrator makes this one, grants
-- it to hotline_engine, and gives it what is granted here.
DO $$
BEGIN
    IF to_regrole('hotline_lookup') IS NULL THEN
        CREATE ROLE hotline_lookup NOLOGIN;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE WARNING 'role hotline_lookup was not made: %', SQLERRM;
    WHEN duplicate_object OR unique_violation THEN
        NULL;  -- another database of the cluster made it in the same moment
END
$$;

DO $$
BEGIN
    IF to_regrole('hotline_lookup') IS NULL THEN
        RETURN;
    END IF;
    GRANT USAGE ON SCHEMA public TO hotline_lookup;
    GRANT SELECT ON lookup_serial_status TO hotline_lookup;
    IF to_regrole('hotline_engine') IS NOT NULL THEN
        GRANT hotline_lookup TO hotline_engine;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE WARNING 'role hotline_lookup was given nothing: %', SQLERRM;
END
$$;
