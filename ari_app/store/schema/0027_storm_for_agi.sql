-- Dialplan that asks whether it is open has to know of the storm in force.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

DO $$
BEGIN
    IF to_regrole('hotline_agi') IS NOT NULL THEN
        GRANT SELECT ON storm TO hotline_agi;
    END IF;
END
$$;
