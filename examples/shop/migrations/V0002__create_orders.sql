CREATE TABLE orders (
  id integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers (id),
  placed_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE order_lines (
  order_id integer NOT NULL REFERENCES orders (id),
  line integer NOT NULL,
  article varchar(200) NOT NULL,
  quantity integer NOT NULL,
  price_cents integer NOT NULL,
  PRIMARY KEY (order_id, line)
);

CREATE INDEX orders_customer ON orders (customer_id);

INSERT INTO orders (id, customer_id) VALUES (1, 1), (2, 2);
INSERT INTO order_lines (order_id, line, article, quantity, price_cents) VALUES
  (1, 1, 'Flour, 25 kg', 4, 2150),
  (1, 2, 'Salt, 1 kg', 2, 190),
  (2, 1, 'Bookmarks, 100', 1, 1200);
