-- Who may do what. Roles belong to the whole cluster, so they may exist already, and who
-- migrates may be forbidden to make them: then an administrator does and migrates again.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['hotline_engine', 'hotline_agi', 'analyst'] LOOP
        CONTINUE WHEN to_regrole(role) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            IF role = 'analyst' THEN
                ALTER ROLE analyst SET default_transaction_read_only = on;
                ALTER ROLE analyst SET statement_timeout = '60s';
            END IF;
        EXCEPTION
            WHEN insufficient_privilege THEN
                RAISE WARNING 'role % was not made: %', role, SQLERRM;
            WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another database of the cluster made it in the same moment
        END;
    END LOOP;
END
$$;

-- Grants to roles that are there; run again at the end of each migration.
CREATE FUNCTION grant_roles() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    shown text;
BEGIN
    IF to_regrole('hotline_engine') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA public TO hotline_engine;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hotline_engine;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hotline_engine;
        REVOKE UPDATE, DELETE ON audit, call_event, agent_state FROM hotline_engine;
        GRANT EXECUTE ON FUNCTION ensure_partitions TO hotline_engine;
    END IF;
    IF to_regrole('hotline_agi') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA public TO hotline_agi;
        GRANT SELECT ON route, customer, customer_phone, queue, queue_visit, leg, message
            TO hotline_agi;
        GRANT SELECT, INSERT, UPDATE ON call TO hotline_agi;
    END IF;
    IF to_regrole('analyst') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA public TO analyst;
        FOR shown IN
            SELECT viewname FROM pg_views
             WHERE schemaname = 'public'
               AND (viewname LIKE 'v\_%' OR viewname LIKE 'report\_%')
        LOOP
            EXECUTE format('GRANT SELECT ON %I TO analyst', shown);
        END LOOP;
    END IF;
END
$$;
COMMENT ON FUNCTION grant_roles IS 'Gives the product''s roles what they may do';
REVOKE EXECUTE ON FUNCTION grant_roles FROM public;
