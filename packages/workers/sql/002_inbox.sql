-- What workers that run once have done, by worker and message; the reply of a request is what repeats of
-- it are answered with. Expired rows count as absent, and are deleted in passing.
CREATE TABLE restmapper_inbox (
  worker      text        NOT NULL,
  message_id  uuid        NOT NULL,
  -- SHA-256 of what was sent, by which another message under the same id is told apart.
  fingerprint bytea       NOT NULL,
  -- JSON as bytes, which no server makes anything else of.
  reply       bytea,
  status      smallint,
  done        timestamptz NOT NULL DEFAULT now(),
  expires     timestamptz NOT NULL,
  PRIMARY KEY (worker, message_id)
);

CREATE INDEX restmapper_inbox_expires ON restmapper_inbox (expires);
