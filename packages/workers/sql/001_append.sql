-- The newest position of each table that `append` writes. Half of each page stays free, so that
-- counting up rewrites a row in place instead of growing the table.
CREATE TABLE restmapper_head (
  name     text   PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 50);

-- Stores a batch in its order, leaving out messages that the table or the batch already has, and
-- returns the places in the batch (from 1) of those it left out.
--
-- The messages are JSON texts with U+001E between them, which stands in no JSON text.
--
-- The head's row is locked from before the table is read until the commit. So batches follow one
-- another, positions have no holes, and no lower position becomes visible after a higher one.
-- Each statement begins after the lock is held: it sees every batch committed before.
CREATE FUNCTION restmapper_append(target text, message_ids uuid[], messages text)
RETURNS integer[]
LANGUAGE plpgsql AS $$
DECLARE
  texts text[] := string_to_array(messages, chr(30));
  head  bigint;
  known integer[] := '{}';
BEGIN
  IF cardinality(texts) <> cardinality(message_ids) THEN
    RAISE 'there are % ids for % messages', cardinality(message_ids), cardinality(texts)
      USING ERRCODE = 'invalid_text_representation';
  END IF;

  SELECT position INTO STRICT head FROM restmapper_head WHERE name = target FOR UPDATE;

  BEGIN
    EXECUTE format($insert$
      INSERT INTO %I (id, message_id, message)
      SELECT $3 + place, message_id, message::jsonb
      FROM unnest($1, $2) WITH ORDINALITY AS batch (message_id, message, place)
    $insert$, target) USING message_ids, texts, head;
  EXCEPTION WHEN unique_violation THEN
    -- Nearly every batch is new as a whole; only the others are compared with the table.
    EXECUTE format($insert$
      WITH incoming AS (
        SELECT place, message_id, message, row_number() OVER (PARTITION BY message_id ORDER BY place) AS copy
        FROM unnest($1, $2) WITH ORDINALITY AS batch (message_id, message, place)
      ), fresh AS (
        SELECT place, message_id, message, row_number() OVER (ORDER BY place) AS step
        FROM incoming
        WHERE copy = 1
          AND NOT EXISTS (SELECT FROM %1$I AS stored WHERE stored.message_id = incoming.message_id)
      ), inserted AS (
        INSERT INTO %1$I (id, message_id, message)
        SELECT $3 + step, message_id, message::jsonb FROM fresh
      )
      SELECT coalesce(array_agg(place::integer ORDER BY place), '{}')
      FROM incoming
      WHERE place NOT IN (SELECT place FROM fresh)
    $insert$, target) INTO known USING message_ids, texts, head;
  END;

  UPDATE restmapper_head
  SET position = head + cardinality(message_ids) - cardinality(known)
  WHERE name = target;
  RETURN known;
END
$$;

-- Finds the texts that are no jsonb: their places (from 1), each with SQLSTATE and message.
CREATE FUNCTION restmapper_refused(messages text[])
RETURNS TABLE (place integer, code text, reason text)
LANGUAGE plpgsql AS $$
DECLARE
  given text;
BEGIN
  place := 0;
  FOREACH given IN ARRAY messages LOOP
    place := place + 1;
    BEGIN
      PERFORM given::jsonb;
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
      code := SQLSTATE;
      reason := SQLERRM;
      RETURN NEXT;
    END;
  END LOOP;
END
$$;
