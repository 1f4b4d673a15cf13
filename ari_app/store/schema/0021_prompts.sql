-- Prompts that people record by phone: which number each has, and who may.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

ALTER TABLE agent ADD COLUMN is_prompt_editor boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN agent.is_prompt_editor IS 'May record prompts by phone with *77; needs a PIN';

CREATE TABLE prompt_number (
    name    text PRIMARY KEY CHECK (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    number  integer GENERATED ALWAYS AS IDENTITY (START 101) UNIQUE
);
COMMENT ON TABLE prompt_number IS
    'What is pressed after *77 for each prompt of sounds/manifest.toml; given once, never again to'
    ' another prompt';
