-- Who calls, who answers, and where calls go: what people configure.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE customer (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text NOT NULL,
    tier        text NOT NULL DEFAULT 'normal' CHECK (tier IN ('normal', 'silver', 'gold', 'vip')),
    language    text CHECK (language IN ('zh', 'en')),
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE customer IS 'A person or company that calls';

CREATE TABLE customer_phone (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id  uuid NOT NULL REFERENCES customer (id),
    number       text NOT NULL CHECK (number ~ '^[0-9+*#]+$'),
    dialled      text CHECK (dialled ~ '^[0-9+*#]+$'),
    UNIQUE (number, dialled)
);
COMMENT ON TABLE customer_phone IS
    'Whose number this is: for calls to one dialled number, or (dialled null) to any other';
CREATE UNIQUE INDEX customer_phone_any_dialled ON customer_phone (number) WHERE dialled IS NULL;
CREATE INDEX customer_phone_customer ON customer_phone (customer_id);

CREATE TABLE agent (
    id               integer PRIMARY KEY CHECK (id > 0),
    name             text NOT NULL,
    phone            text UNIQUE,
    language         text NOT NULL DEFAULT 'zh' CHECK (language IN ('zh', 'en')),
    pin_hash         text,
    wrap_up_seconds  integer NOT NULL DEFAULT 30 CHECK (wrap_up_seconds >= 0),
    is_active        boolean NOT NULL DEFAULT true
);
COMMENT ON TABLE agent IS
    'A person who takes calls; id is the agent number spoken to callers, phone the SIP endpoint.'
    ' Never deleted: is_active tells who still works here';

CREATE TABLE skill (
    name      text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]*$'),
    title_zh  text NOT NULL,
    title_en  text NOT NULL
);
COMMENT ON TABLE skill IS 'Something an agent can do';

CREATE TABLE agent_skill (
    agent_id  integer NOT NULL REFERENCES agent (id),
    skill     text NOT NULL REFERENCES skill (name),
    level     smallint NOT NULL CHECK (level BETWEEN 1 AND 9),
    PRIMARY KEY (agent_id, skill)
);
COMMENT ON TABLE agent_skill IS 'How well an agent does it: 1 (basic) to 9 (expert)';

CREATE TABLE mailbox (
    name      text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]*$'),
    title_zh  text NOT NULL,
    title_en  text NOT NULL
);
COMMENT ON TABLE mailbox IS 'Where messages are left';

CREATE TABLE queue (
    id                      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name                    text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9_]*$'),
    title_zh                text NOT NULL,
    title_en                text NOT NULL,
    rule                    text NOT NULL DEFAULT 'longest_idle'
                            CHECK (rule IN (
                                'longest_idle', 'least_overqualified', 'fewest_calls')),
    priority                smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
    ageing                  double precision NOT NULL DEFAULT 1 CHECK (ageing >= 0),
    relaxation              jsonb NOT NULL DEFAULT '[]',
    max_busy                integer CHECK (max_busy > 0),
    exclusion_seconds       integer NOT NULL DEFAULT 60 CHECK (exclusion_seconds >= 0),
    ring_seconds            integer NOT NULL DEFAULT 15 CHECK (ring_seconds > 0),
    max_wait_seconds        integer NOT NULL DEFAULT 600 CHECK (max_wait_seconds > 0),
    announce_every_seconds  integer NOT NULL DEFAULT 30 CHECK (announce_every_seconds >= 0),
    service_level_seconds   integer NOT NULL DEFAULT 20 CHECK (service_level_seconds > 0),
    short_abandon_seconds   integer NOT NULL DEFAULT 5 CHECK (short_abandon_seconds >= 0),
    mailbox                 text REFERENCES mailbox (name),
    is_active               boolean NOT NULL DEFAULT true
);
COMMENT ON TABLE queue IS
    'A line of waiting calls with its own rules: rule picks among the able agents, relaxation is'
    ' a list of {after: seconds, requires: {skill: level}}, ageing the points per second waited,'
    ' max_busy limits calls reserved or talking, exclusion_seconds is how long an agent who'
    ' missed a caller is not offered that caller again; announce_every_seconds 0 announces once';

CREATE TABLE queue_skill (
    queue_id   uuid NOT NULL REFERENCES queue (id),
    skill      text NOT NULL REFERENCES skill (name),
    level      smallint NOT NULL CHECK (level BETWEEN 1 AND 9),
    preferred  boolean NOT NULL DEFAULT false,
    PRIMARY KEY (queue_id, skill)
);
COMMENT ON TABLE queue_skill IS
    'What a queue asks of agents: at least this level, or (preferred) better with than without';

CREATE TABLE route (
    pattern   text PRIMARY KEY CHECK (pattern ~ '^[0-9+*#_]*%?$' AND pattern <> ''),
    flow      text NOT NULL,
    language  text NOT NULL DEFAULT 'zh' CHECK (language IN ('zh', 'en')),
    priority  smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9)
);
COMMENT ON TABLE route IS
    'Where a dialled number leads; in pattern _ is any one character and a last % any rest,'
    ' the pattern with most fixed characters wins';
