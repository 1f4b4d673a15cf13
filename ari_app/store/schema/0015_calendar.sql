-- Named opening hours, and the days that are different: public holidays, make-up workdays, own ones.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE schedule (
    name       text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]*$'),
    title_zh   text NOT NULL,
    title_en   text NOT NULL,
    time_zone  text
);
COMMENT ON TABLE schedule IS
    'Opening hours with a name, for nodes of type hours and for queues. time_zone null is that of'
    ' the settings. Without rows in schedule_hours always open, but for special days';

CREATE TABLE schedule_hours (
    schedule  text NOT NULL REFERENCES schedule (name) ON DELETE CASCADE,
    weekday   smallint NOT NULL CHECK (weekday BETWEEN 0 AND 7),
    opens     time NOT NULL,
    closes    time NOT NULL,
    PRIMARY KEY (schedule, weekday, opens),
    CHECK (opens < closes)
);
COMMENT ON TABLE schedule_hours IS
    'When a schedule is open: weekday 1 is Monday, 0 every public holiday (none: closed then). A'
    ' lunch break is two rows; over midnight are two rows, to 24:00 and from 00:00';

CREATE TABLE calendar_day (
    day         date NOT NULL,
    applies_to  text NOT NULL DEFAULT '',
    kind        text NOT NULL CHECK (kind IN ('holiday', 'workday', 'special', 'ordinary')),
    name_zh     text NOT NULL DEFAULT '',
    name_en     text NOT NULL DEFAULT '',
    hours       text NOT NULL DEFAULT ''
                CHECK (hours ~ '^([0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]( (?!$)|$))*$'),
    set_by      text,
    set_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (day, applies_to)
);
COMMENT ON TABLE calendar_day IS
    'Days that are not like their weekday, for everybody or (applies_to) one schedule or queue:'
    ' holiday, workday (a weekend day that is worked: Monday''s hours), special (hours says which,'
    ' empty is closed), ordinary. set_by null: from the list of public holidays';

ALTER TABLE queue ADD COLUMN schedule text;
ALTER TABLE queue ADD CONSTRAINT queue_schedule_fkey
    FOREIGN KEY (schedule) REFERENCES schedule (name) NOT VALID;
-- A few rows: they are looked at in no time.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE queue VALIDATE CONSTRAINT queue_schedule_fkey;
COMMENT ON COLUMN queue.schedule IS
    'Opening hours it shares with others; null: its own rows of queue_hours';

-- One more weekday is allowed: what held before holds still.
-- squawk-ignore ban-drop-constraint
ALTER TABLE queue_hours DROP CONSTRAINT queue_hours_weekday_check;
ALTER TABLE queue_hours ADD CONSTRAINT queue_hours_weekday_check
    CHECK (weekday BETWEEN 0 AND 7) NOT VALID;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE queue_hours VALIDATE CONSTRAINT queue_hours_weekday_check;
COMMENT ON TABLE queue_hours IS
    'When a queue without a schedule is open, in the time zone of the settings: weekday 1 is'
    ' Monday, 0 every public holiday (none: closed then); a lunch break is two rows; over midnight'
    ' are two rows, to 24:00 and from 00:00. A queue without rows is always open';

-- The flow that is shipped asks for it; without rows it is always open.
INSERT INTO schedule (name, title_zh, title_en) VALUES ('hotline', '热线服务时间', 'Hotline hours');

CREATE TRIGGER schedule_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON schedule
    FOR EACH STATEMENT EXECUTE FUNCTION tell('queues');
CREATE TRIGGER schedule_hours_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON schedule_hours
    FOR EACH STATEMENT EXECUTE FUNCTION tell('queues');
CREATE TRIGGER calendar_day_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON calendar_day
    FOR EACH STATEMENT EXECUTE FUNCTION tell('queues');

DO $$
BEGIN
    IF to_regrole('hotline_agi') IS NOT NULL THEN
        GRANT SELECT ON schedule, schedule_hours, calendar_day, queue_hours TO hotline_agi;
        GRANT SELECT ON agent_presence, agent_skill, queue_skill TO hotline_agi;
        GRANT SELECT (id, phone, language, is_active) ON agent TO hotline_agi;
    END IF;
END
$$;
