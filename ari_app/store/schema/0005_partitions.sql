-- Monthly partitions of call, call_event and recording.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Runs with its owner's rights so that the engine, which may not change tables, can call it.
-- Rows that arrived before their month's partition existed move out of the default partition.
CREATE FUNCTION ensure_partitions(months_ahead integer) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    parent     text;
    partition  text;
    month      timestamptz;
    next_month timestamptz;
BEGIN
    PERFORM set_config('TimeZone', 'UTC', true);
    FOREACH parent IN ARRAY ARRAY['call', 'call_event', 'recording'] LOOP
        FOR ahead IN -1 .. months_ahead LOOP
            month := date_trunc('month', now()) + make_interval(months => ahead);
            next_month := month + interval '1 month';
            partition := parent || to_char(month, '_YYYY_MM');
            CONTINUE WHEN to_regclass(partition) IS NOT NULL;
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', partition, parent);
            EXECUTE format(
                'WITH moved AS (DELETE FROM %I WHERE arrived_at >= %L AND arrived_at < %L'
                ' RETURNING *) INSERT INTO %I SELECT * FROM moved',
                parent || '_default', month, next_month, partition);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                parent, partition, month, next_month);
            RETURN NEXT partition;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION ensure_partitions IS
    'Makes the missing monthly partitions from last month on and names them';
REVOKE EXECUTE ON FUNCTION ensure_partitions FROM public;
