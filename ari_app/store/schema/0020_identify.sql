-- Callers who say who they are: an account number, a PIN, and what was tried in its place.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

CREATE TABLE customer_pin (
    customer_id  uuid PRIMARY KEY REFERENCES customer (id),
    account      text NOT NULL UNIQUE CHECK (account ~ '^[0-9]{4,20}$'),
    pin_hash     text NOT NULL
);
COMMENT ON TABLE customer_pin IS
    'The account number a customer keys in, and what the PIN hashes to (scrypt)';

CREATE TABLE identify_tries (
    subject       text PRIMARY KEY CHECK (subject ~ '^(account|number) '),
    wrong         integer NOT NULL,
    locks         integer NOT NULL,
    locked_until  timestamptz,
    tried_at      timestamptz NOT NULL
);
COMMENT ON TABLE identify_tries IS
    'PINs of callers since the last right one, by account keyed in (there or not) and by number'
    ' called from; a day after the last it is forgotten';
CREATE INDEX identify_tries_tried_at ON identify_tries (tried_at);

ALTER TABLE call ADD COLUMN identified_at timestamptz;
COMMENT ON COLUMN call.identified_at IS
    'When the caller said who it is by PIN; null: known by number, or not at all';
