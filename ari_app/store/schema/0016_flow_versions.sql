-- What callers hear and press, as it was published: every text, by whom and why. Only ever added to.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE flow_text (
    digest  text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
    text    text NOT NULL
);
COMMENT ON TABLE flow_text IS 'Flow files, each text once; digest is its SHA-256';

CREATE TABLE flow_version (
    number          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              timestamptz NOT NULL DEFAULT now(),
    who             text NOT NULL,
    why             text NOT NULL,
    version         text NOT NULL CHECK (version ~ '^[0-9a-f]{12}$'),
    follows         bigint REFERENCES flow_version (number),
    rolled_back_to  bigint REFERENCES flow_version (number)
);
COMMENT ON TABLE flow_version IS
    'Flow files as they were published together; the highest number is live. version is made of'
    ' names and texts: a rollback has the one of the number it goes back to. follows:'
    ' what was live before, so that of two who publish at once one is refused';
CREATE UNIQUE INDEX flow_version_follows ON flow_version (coalesce(follows, 0));
CREATE INDEX flow_version_version ON flow_version (version);

CREATE TABLE flow_version_file (
    number  bigint NOT NULL REFERENCES flow_version (number),
    name    text NOT NULL CHECK (name ~ '^[^/]+\.toml$'),
    digest  text NOT NULL REFERENCES flow_text (digest),
    PRIMARY KEY (number, name)
);
COMMENT ON TABLE flow_version_file IS 'Which files a version has';

CREATE TRIGGER flow_version_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON flow_version
    FOR EACH STATEMENT EXECUTE FUNCTION tell('flows');
