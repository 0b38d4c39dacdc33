-- As before, and compares how many rows are stored with how many there should be: a trigger that
-- returns NULL, or a rule, keeps a row out without an error.
CREATE OR REPLACE FUNCTION restmapper_append(target text, message_ids uuid[], messages text)
RETURNS integer[]
LANGUAGE plpgsql AS $$
DECLARE
  texts  text[] := string_to_array(messages, chr(30));
  head   bigint;
  known  integer[] := '{}';
  stored bigint;
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
    GET DIAGNOSTICS stored = ROW_COUNT;
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
        RETURNING 1
      )
      SELECT coalesce(array_agg(place::integer ORDER BY place), '{}'), (SELECT count(*) FROM inserted)
      FROM incoming
      WHERE place NOT IN (SELECT place FROM fresh)
    $insert$, target) INTO known, stored USING message_ids, texts, head;
  END;

  IF stored <> cardinality(message_ids) - cardinality(known) THEN
    RAISE 'a trigger or a rule of the table % kept % of % rows out', target,
      cardinality(message_ids) - cardinality(known) - stored, cardinality(message_ids) - cardinality(known)
      USING ERRCODE = 'RM001';
  END IF;

  UPDATE restmapper_head SET position = head + stored WHERE name = target;
  RETURN known;
END
$$;
