-- The total of an order, so that lists need not add up the lines.
ALTER TABLE orders ADD COLUMN total_cents integer NOT NULL DEFAULT 0;

UPDATE orders
SET total_cents = (
  SELECT SUM(quantity * price_in_cents)
  FROM order_lines
  WHERE order_lines.order_id = orders.id
);
