-- Everybody who has ever bought something.
CREATE TABLE customers (
  id integer PRIMARY KEY,
  name varchar(200) NOT NULL,
  email varchar(320) NOT NULL
);

CREATE UNIQUE INDEX customers_email ON customers (email);

INSERT INTO customers (id, name, email) VALUES
  (1, 'Corner Bakery', 'orders@bakery.example'),
  (2, 'Harbour Books', 'desk@books.example');
