-- What a stored answer has besides body and status. Rows of before have none of it: their answer is JSON,
-- and an error if its status is one.
ALTER TABLE restmapper_inbox
  ADD COLUMN is_error     boolean,
  ADD COLUMN content_type text,
  ADD COLUMN headers      jsonb;
