CREATE TABLE price (symbol text PRIMARY KEY, price numeric NOT NULL);
