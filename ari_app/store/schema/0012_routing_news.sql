-- The engine has routes in memory: who changes them tells it, whatever program they use.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE FUNCTION tell_routing() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('routing', '');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tell_routing IS 'Says on the channel routing, at commit, that the engine should read again';

CREATE TRIGGER route_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON route
    FOR EACH STATEMENT EXECUTE FUNCTION tell_routing();
CREATE TRIGGER customer_changed
    AFTER UPDATE OF language OR DELETE OR TRUNCATE ON customer
    FOR EACH STATEMENT EXECUTE FUNCTION tell_routing();
CREATE TRIGGER customer_phone_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON customer_phone
    FOR EACH STATEMENT EXECUTE FUNCTION tell_routing();
