-- Every arrival and every queue entry asks whether a call is owed to that number. Hardly ever one
-- is: then there is no news, and the engine need not read them all again.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

DROP TRIGGER callback_changed ON callback;
CREATE TRIGGER callback_changed AFTER INSERT OR UPDATE OR DELETE ON callback
    FOR EACH ROW EXECUTE FUNCTION tell_callbacks();
