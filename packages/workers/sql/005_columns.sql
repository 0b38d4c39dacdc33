-- As restmapper_append(text, uuid[], text), and stores values of each message in further columns: `names` and
-- `types` have one entry for each column, and `columns` an array of all its values, as text.
CREATE FUNCTION restmapper_append(
  target text, message_ids uuid[], messages text, names text[], types regtype[], columns text[]
)
RETURNS integer[]
LANGUAGE plpgsql AS $$
DECLARE
  texts   text[] := string_to_array(messages, chr(30));
  head    bigint;
  known   integer[] := '{}';
  stored  bigint;
  -- The columns by name, their values in a row of the batch, and the arrays that the batch is made of.
  fields  text;
  taken   text;
  arrays  text;
BEGIN
  SELECT string_agg(format(', %I', name), '' ORDER BY number),
    string_agg(format(', value_%s', number), '' ORDER BY number),
    string_agg(format(', ($4[%s])::%s[]', number, type), '' ORDER BY number)
  INTO fields, taken, arrays
  FROM unnest(names, types) WITH ORDINALITY AS field (name, type, number);

  IF cardinality(texts) <> cardinality(message_ids) THEN
    RAISE 'there are % ids for % messages', cardinality(message_ids), cardinality(texts)
      USING ERRCODE = 'invalid_text_representation';
  END IF;

  SELECT position INTO STRICT head FROM restmapper_head WHERE name = target FOR UPDATE;

  BEGIN
    EXECUTE format($insert$
      INSERT INTO %1$I (id, message_id, message%2$s)
      SELECT $3 + place, message_id, message::jsonb%3$s
      FROM unnest($1, $2%4$s) WITH ORDINALITY AS batch (message_id, message%3$s, place)
    $insert$, target, fields, taken, arrays) USING message_ids, texts, head, columns;
    GET DIAGNOSTICS stored = ROW_COUNT;
  EXCEPTION WHEN unique_violation THEN
    EXECUTE format($insert$
      WITH incoming AS (
        SELECT *, row_number() OVER (PARTITION BY message_id ORDER BY place) AS copy
        FROM unnest($1, $2%4$s) WITH ORDINALITY AS batch (message_id, message%3$s, place)
      ), fresh AS (
        SELECT *, row_number() OVER (ORDER BY place) AS step
        FROM incoming
        WHERE copy = 1
          AND NOT EXISTS (SELECT FROM %1$I AS stored WHERE stored.message_id = incoming.message_id)
      ), inserted AS (
        INSERT INTO %1$I (id, message_id, message%2$s)
        SELECT $3 + step, message_id, message::jsonb%3$s FROM fresh
        RETURNING 1
      )
      SELECT coalesce(array_agg(place::integer ORDER BY place), '{}'), (SELECT count(*) FROM inserted)
      FROM incoming
      WHERE place NOT IN (SELECT place FROM fresh)
    $insert$, target, fields, taken, arrays) INTO known, stored USING message_ids, texts, head, columns;
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

-- The messages at these positions as JSON texts with commas between, in this order; as
-- restmapper_page(text, bigint, bigint, bigint), NULL when they have more than so many bytes.
CREATE FUNCTION restmapper_page(target text, ids bigint[], most bigint)
RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  document jsonb;
  is_large boolean;
  texts    text[] := '{}';
  bytes    bigint := 0;
  written  text;
BEGIN
  FOR document, is_large IN EXECUTE format($page$
    SELECT message, pg_column_size(message) > 2000 OR pg_column_compression(message) IS NOT NULL
    FROM unnest($1) WITH ORDINALITY AS wanted (id, place) JOIN %I USING (id) ORDER BY place
  $page$, target) USING ids LOOP
    IF is_large AND restmapper_digits(document) > 2 * most THEN RETURN NULL; END IF;
    written := document::text;
    bytes := bytes + octet_length(written) + 1;
    IF bytes > most THEN RETURN NULL; END IF;
    texts := texts || written;
  END LOOP;
  RETURN array_to_string(texts, ',');
END
$$;

-- Runs a query for the positions of a page, with its parameters as one array, so that it is planned as one range of an
-- index: without statistics, as in a new table, sorting all rows that pass seems cheaper.
CREATE FUNCTION restmapper_found(query text, arguments text[])
RETURNS TABLE (head bigint, total integer, ids bigint[], is_anchored boolean)
LANGUAGE plpgsql STABLE
SET enable_bitmapscan = off SET enable_seqscan = off SET enable_sort = off AS $$
BEGIN
  RETURN QUERY EXECUTE query USING arguments;
END
$$;
