-- At most how many characters the numbers of a document take where they are written out: PostgreSQL keeps
-- 1e-16383 in a few bytes, and writes 16,385 characters for it.
CREATE FUNCTION restmapper_digits(document jsonb)
RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(sum(scale(number::numeric)
    + CASE WHEN abs(number::numeric) < 1e20 THEN 0 WHEN abs(number::numeric) < 1e400 THEN 400 ELSE 131072 END), 0)::bigint
  FROM jsonb_path_query(document, 'strict $.** ? (@.type() == "number")') AS number
$$;

-- The messages of a page as JSON texts with commas between, newest first; NULL when they have more than
-- so many bytes. No text is made before it is known to be bounded, and no more of them than fit.
CREATE FUNCTION restmapper_page(target text, first bigint, last bigint, most bigint)
RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  document jsonb;
  is_large boolean;
  texts    text[] := '{}';
  bytes    bigint := 0;
  written  text;
BEGIN
  -- What is stored in less has room for too few numbers to matter.
  FOR document, is_large IN EXECUTE format($page$
    SELECT message, pg_column_size(message) > 2000 OR pg_column_compression(message) IS NOT NULL
    FROM %I WHERE id BETWEEN $1 AND $2 ORDER BY id DESC
  $page$, target) USING first, last LOOP
    IF is_large AND restmapper_digits(document) > 2 * most THEN RETURN NULL; END IF;
    written := document::text;
    bytes := bytes + octet_length(written) + 1;
    IF bytes > most THEN RETURN NULL; END IF;
    texts := texts || written;
  END LOOP;
  RETURN array_to_string(texts, ',');
END
$$;
