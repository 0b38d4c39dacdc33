-- The newest position of each table that `append` writes. Half of each page stays free, so that
-- counting up rewrites a row in place instead of growing the table.
CREATE TABLE restmapper_head (
  name     text   PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 50);

-- Stores a batch in the order of its arrays, leaving out messages that the table or the batch
-- already has, and returns the places in the batch (from 1) of those it stored.
--
-- The head's row is locked from before the table is read until the commit. So batches follow one
-- another, positions have no holes, and no lower position becomes visible after a higher one.
-- The statement that looks for known messages begins after the lock is held: it sees every batch
-- committed before.
CREATE FUNCTION restmapper_append(target text, message_ids uuid[], messages jsonb[])
RETURNS integer[]
LANGUAGE plpgsql AS $$
DECLARE
  head   bigint;
  stored integer[];
BEGIN
  SELECT position INTO STRICT head FROM restmapper_head WHERE name = target FOR UPDATE;

  EXECUTE format($insert$
    WITH incoming AS (
      SELECT place, message_id, message, row_number() OVER (PARTITION BY message_id ORDER BY place) AS copy
      FROM unnest($1, $2) WITH ORDINALITY AS batch (message_id, message, place)
    ), fresh AS (
      SELECT place, message_id, message, row_number() OVER (ORDER BY place) AS step
      FROM incoming
      WHERE copy = 1
        AND NOT EXISTS (SELECT FROM %1$I AS known WHERE known.message_id = incoming.message_id)
    ), inserted AS (
      INSERT INTO %1$I (id, message_id, message)
      SELECT $3 + step, message_id, message FROM fresh ORDER BY step
    )
    SELECT coalesce(array_agg(place::integer ORDER BY place), '{}') FROM fresh
  $insert$, target) INTO stored USING message_ids, messages, head;

  UPDATE restmapper_head SET position = head + cardinality(stored) WHERE name = target;
  RETURN stored;
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
