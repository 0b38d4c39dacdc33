-- What articles cost. Once it is applied, this file may not change: changes go into 002_….sql.
CREATE TABLE article (
  name  text PRIMARY KEY,
  cents integer NOT NULL CHECK (cents >= 0)
);

INSERT INTO article (name, cents) VALUES ('tea', 450), ('coffee', 620);
