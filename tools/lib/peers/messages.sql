-- A message store after the manner of message-db: one table, one function that writes at an expected version.
-- Unlike message-db it takes no advisory lock per category, which would make every commit of a category wait for the one before:
-- the unique index over stream and position refuses the second of two writers as well.
CREATE TABLE messages (
    global_position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id              uuid NOT NULL UNIQUE,
    stream_name     text NOT NULL,
    position        bigint NOT NULL,
    type            text NOT NULL,
    data            jsonb NOT NULL,
    time            timestamptz NOT NULL DEFAULT now(),
    UNIQUE (stream_name, position)
);

-- The position it took; of an id seen before the position that one took.
CREATE FUNCTION write_message(_id uuid, _stream text, _type text, _data jsonb, _expected bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    head  bigint := (SELECT position FROM messages WHERE stream_name = _stream ORDER BY position DESC LIMIT 1);
    taken bigint;
BEGIN
    IF coalesce(head, -1) = _expected THEN
        INSERT INTO messages (id, stream_name, position, type, data) VALUES (_id, _stream, _expected + 1, _type, _data)
        ON CONFLICT (id) DO NOTHING RETURNING position INTO taken;
    END IF;
    IF taken IS NULL THEN
        SELECT position INTO taken FROM messages WHERE id = _id;
        IF taken IS NULL THEN
            RAISE EXCEPTION 'wrong expected version % of %, it is at %', _expected, _stream, coalesce(head, -1);
        END IF;
    END IF;
    RETURN taken;
END $$;

-- A participant's record, behind whatever its last one is.
CREATE FUNCTION add_message(_id uuid, _stream text, _type text, _data jsonb) RETURNS bigint
LANGUAGE sql AS $$
    SELECT write_message(_id, _stream, _type, _data, coalesce(
        (SELECT position FROM messages WHERE stream_name = _stream ORDER BY position DESC LIMIT 1), -1))
$$;

-- A saga's step: the participant's record and the saga's, in one transaction.
CREATE FUNCTION saga_step(_id uuid, _saga text, _expected bigint, _participant text, _type text, _data jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM add_message(gen_random_uuid(), _participant, _type, _data);
    RETURN write_message(_id, _saga, _type, _data, _expected);
END $$;
