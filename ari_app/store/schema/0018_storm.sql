-- Storms: when another profile of prompts, hours and routes was in force, by whom and why.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE storm (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name      text NOT NULL,
    profile   jsonb NOT NULL,
    who       text NOT NULL,
    why       text NOT NULL,
    began_at  timestamptz NOT NULL DEFAULT now(),
    until     timestamptz NOT NULL,
    ended_at  timestamptz,
    ended_by  text,
    CHECK (until > began_at),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
COMMENT ON TABLE storm IS
    'Profiles of dialplan/storms that were switched on: in force from began_at to ended_at or, by'
    ' itself, until. profile is what it said then';
CREATE UNIQUE INDEX storm_one ON storm ((true)) WHERE ended_at IS NULL;

CREATE TRIGGER storm_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON storm
    FOR EACH STATEMENT EXECUTE FUNCTION tell('storm');
