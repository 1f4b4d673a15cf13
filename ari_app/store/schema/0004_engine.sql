-- What the engine needs to be safe: lease, spool progress, refused facts, witness, audit.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE lease (
    name        text PRIMARY KEY,
    holder      text NOT NULL,
    fence       bigint NOT NULL,
    expires_at  timestamptz NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE lease IS 'Who is in charge; fence rises with each taking';

CREATE TABLE spool_mark (
    spool       uuid PRIMARY KEY,
    line        bigint NOT NULL,
    changed_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE spool_mark IS 'How far each spool file has been brought in';

CREATE TABLE rejected_fact (
    digest       text PRIMARY KEY,
    rejected_at  timestamptz NOT NULL DEFAULT now(),
    fact         text NOT NULL,
    error        text NOT NULL
);
COMMENT ON TABLE rejected_fact IS 'Facts a constraint refused, kept for people to look at';

CREATE TABLE cel_raw (
    node       text NOT NULL,
    source     text NOT NULL,
    position   bigint NOT NULL,
    at         timestamptz NOT NULL,
    event      text NOT NULL,
    unique_id  text NOT NULL,
    linked_id  text NOT NULL,
    call_id    uuid,
    fields     jsonb NOT NULL,
    PRIMARY KEY (node, source, position)
);
COMMENT ON TABLE cel_raw IS
    'Asterisk''s own account of what happened (CEL); position is the byte in the source file';
CREATE INDEX cel_raw_call ON cel_raw (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX cel_raw_linked ON cel_raw (linked_id);

CREATE TABLE audit (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    who     text NOT NULL,
    action  text NOT NULL,
    object  text NOT NULL,
    detail  jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE audit IS 'Who listened, played, exported or changed what';
CREATE INDEX audit_at ON audit (at);
