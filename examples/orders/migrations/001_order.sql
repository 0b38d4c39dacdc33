-- Every change of an order is a row of its own, so two callers that change the same version conflict.
CREATE TABLE order_version (
  number   text        NOT NULL,
  version  integer     NOT NULL,
  customer text        NOT NULL,
  item     text        NOT NULL,
  count    integer     NOT NULL CHECK (count > 0),
  status   text        NOT NULL DEFAULT 'placed',
  changed  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (number, version)
);

CREATE VIEW current_order AS
  SELECT DISTINCT ON (number) * FROM order_version ORDER BY number, version DESC;
