import type { Backend } from '../../../../core/index.ts';
import type { Judged } from './dangers-in.ts';

/** One rule in one dialect: what it must find, and what it must leave alone. */
export interface RuleCase {
  readonly rule: string;
  readonly dialect: Backend;
  readonly bad: string;
  readonly good: string;
  /** For both. */
  readonly how?: Judged;
  readonly goodHow?: Judged;
}

type Row = readonly [rule: string, bad: string, good: string, how?: Judged, goodHow?: Judged];

const on =
  (...dialects: readonly Backend[]) =>
  ([rule, bad, good, how, goodHow]: Row): RuleCase[] =>
    dialects.map((dialect) => ({ rule, dialect, bad, good, ...(how && { how }), ...(goodHow && { goodHow }) }));

const optIn = (...rules: readonly string[]): Judged => ({
  settings: { severities: new Map(rules.map((rule) => [rule, 'warning' as const])), suppress: [] },
});
const madeBefore = (text: string): Judged => ({ before: [{ text, applied: true }] });

const everywhere: readonly Row[] = [
  ['drop-table', 'DROP TABLE orders', 'CREATE TABLE orders (id integer PRIMARY KEY); DROP TABLE orders'],
  [
    'drop-column',
    'ALTER TABLE orders DROP COLUMN total',
    'CREATE TABLE orders (id integer PRIMARY KEY, total integer); ALTER TABLE orders DROP COLUMN total',
  ],
  ['delete-without-where', 'DELETE FROM orders', 'DELETE FROM orders WHERE id = 3'],
  ['update-without-where', 'UPDATE orders SET total = 0', 'UPDATE orders SET total = 0 WHERE total IS NULL'],
  [
    'secret-in-sql',
    "INSERT INTO settings (id, v) VALUES (1, 'AKIAABCDEFGHIJKLMNOP')",
    "INSERT INTO settings (id, v) VALUES (1, 'nothing')",
  ],
  [
    'no-primary-key',
    'CREATE TABLE notes (text varchar(20))',
    'CREATE TABLE notes (id integer PRIMARY KEY, text varchar(20))',
  ],
  [
    'insert-without-columns',
    'INSERT INTO notes VALUES (1)',
    'INSERT INTO notes (id) VALUES (1)',
    optIn('insert-without-columns'),
  ],
  [
    'undo-missing',
    'CREATE TABLE a (id integer PRIMARY KEY)',
    'CREATE TABLE a (id integer PRIMARY KEY)',
    { rollback: 'absent' },
    { rollback: 'none' },
  ],
  [
    'irreversible-change',
    'ALTER TABLE orders DROP COLUMN total',
    'UPDATE orders SET total = 1 WHERE id = 2',
    { rollback: 'present' },
  ],
  ['non-utf8', "UPDATE orders SET note = '\ufffd' WHERE id = 1", "UPDATE orders SET note = 'ü' WHERE id = 1"],
  ['bom', '\ufeffUPDATE orders SET note = 1 WHERE id = 1', 'UPDATE orders SET note = 1 WHERE id = 1'],
  ['not-classified', 'FROBNICATE the database', 'UPDATE orders SET note = 1 WHERE id = 1'],
];

const postgresql: readonly Row[] = [
  ['drop-schema', 'DROP SCHEMA sales CASCADE', 'CREATE SCHEMA sales'],
  ['drop-database', 'DROP DATABASE sales', 'CREATE SCHEMA sales'],
  ['truncate', 'TRUNCATE orders', 'CREATE TABLE orders (id bigint PRIMARY KEY); TRUNCATE orders'],
  ['truncate-cascade', 'TRUNCATE orders CASCADE', 'TRUNCATE orders'],
  ['drop-cascade', 'DROP VIEW v CASCADE', 'DROP VIEW v'],
  ['drop-owned', 'DROP OWNED BY sam', 'REASSIGN OWNED BY sam TO kim; DROP OWNED BY sam'],
  ['drop-object', 'DROP FUNCTION total(integer)', 'DROP VIEW v; CREATE VIEW v AS SELECT 1'],
  [
    'rename-table',
    'ALTER TABLE orders RENAME TO sales',
    'CREATE TABLE a (id bigint PRIMARY KEY); ALTER TABLE a RENAME TO b',
  ],
  ['rename-column', 'ALTER TABLE orders RENAME COLUMN total TO amount', 'ALTER INDEX a RENAME TO b'],
  ['rename-schema', 'ALTER SCHEMA sales RENAME TO shop', 'CREATE SCHEMA shop'],
  [
    'rename-enum-value',
    "ALTER TYPE colour RENAME VALUE 'red' TO 'crimson'",
    "ALTER TYPE colour ADD VALUE 'crimson' AFTER 'red'",
  ],
  [
    'required-column',
    'ALTER TABLE orders ADD COLUMN kind text NOT NULL',
    "ALTER TABLE orders ADD COLUMN kind text NOT NULL DEFAULT 'plain'",
  ],
  [
    'type-change',
    'ALTER TABLE orders ALTER COLUMN total TYPE bigint',
    'ALTER TABLE orders ALTER COLUMN note TYPE text',
    madeBefore('CREATE TABLE orders (id bigint PRIMARY KEY, total integer, note varchar(20))'),
  ],
  ['index-not-concurrent', 'CREATE INDEX i ON orders (total)', 'CREATE INDEX CONCURRENTLY i ON orders (total)'],
  ['drop-index-not-concurrent', 'DROP INDEX i', 'DROP INDEX CONCURRENTLY i'],
  ['reindex-not-concurrent', 'REINDEX INDEX i', 'REINDEX INDEX CONCURRENTLY i'],
  ['refresh-matview-not-concurrent', 'REFRESH MATERIALIZED VIEW m', 'REFRESH MATERIALIZED VIEW CONCURRENTLY m'],
  [
    'detach-partition-not-concurrent',
    'ALTER TABLE t DETACH PARTITION p',
    'ALTER TABLE t DETACH PARTITION p CONCURRENTLY',
  ],
  [
    'fk-validates',
    'ALTER TABLE orders ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES people',
    'ALTER TABLE orders ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES people NOT VALID',
  ],
  [
    'check-validates',
    'ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0)',
    'ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0) NOT VALID',
  ],
  [
    'validate-in-same-transaction',
    'ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c',
    'ALTER TABLE orders VALIDATE CONSTRAINT c',
  ],
  [
    'unique-constraint-builds-index',
    'ALTER TABLE orders ADD CONSTRAINT c UNIQUE (a)',
    'ALTER TABLE orders ADD CONSTRAINT c UNIQUE USING INDEX i',
  ],
  [
    'exclusion-constraint',
    'ALTER TABLE orders ADD CONSTRAINT c EXCLUDE USING gist (a WITH =)',
    'CREATE TABLE t (id bigint PRIMARY KEY, EXCLUDE USING gist (id WITH =))',
  ],
  [
    'pk-using-nullable-index',
    'ALTER TABLE orders ADD CONSTRAINT c PRIMARY KEY USING INDEX i',
    'ALTER TABLE orders ADD CONSTRAINT c PRIMARY KEY USING INDEX j',
    madeBefore(
      'CREATE UNIQUE INDEX i ON orders (a); CREATE UNIQUE INDEX j ON orders (b); ALTER TABLE orders ALTER b SET NOT NULL',
    ),
  ],
  [
    'set-not-null-scans',
    'ALTER TABLE orders ALTER COLUMN a SET NOT NULL',
    'ALTER TABLE orders ALTER COLUMN b SET NOT NULL',
    madeBefore(
      'ALTER TABLE orders ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c',
    ),
  ],
  [
    'volatile-default-rewrites',
    'ALTER TABLE orders ADD COLUMN u uuid DEFAULT gen_random_uuid()',
    'ALTER TABLE orders ADD COLUMN at timestamptz DEFAULT now()',
  ],
  [
    'serial-or-stored-column-rewrites',
    'ALTER TABLE orders ADD COLUMN n bigint GENERATED ALWAYS AS (a * 2) STORED',
    'ALTER TABLE orders ADD COLUMN n bigint',
  ],
  [
    'attach-partition-locks',
    'ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)',
    'CREATE TABLE p (id bigint PRIMARY KEY); ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)',
  ],
  [
    'create-trigger-locks',
    'CREATE TRIGGER x AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f()',
    'CREATE TABLE a (id bigint PRIMARY KEY); CREATE TRIGGER x AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()',
  ],
  ['enable-disable-trigger', 'ALTER TABLE orders DISABLE TRIGGER ALL', 'SET LOCAL session_replication_role = replica'],
  ['vacuum-full', 'VACUUM FULL orders', 'VACUUM orders'],
  ['cluster', 'CLUSTER orders USING i', 'ANALYZE orders'],
  ['move-table', 'ALTER TABLE orders SET TABLESPACE fast', 'ALTER TABLE orders SET (fillfactor = 80)'],
  [
    'statement-after-access-exclusive',
    'ALTER TABLE orders ADD COLUMN a integer; CREATE INDEX i ON people (name)',
    'ALTER TABLE orders ADD COLUMN a integer; CREATE TABLE z (id bigint PRIMARY KEY); CREATE INDEX i ON z (id)',
  ],
  [
    'wide-lock-window',
    'ALTER TABLE a ADD COLUMN x integer; ALTER TABLE b ADD COLUMN x integer',
    'ALTER TABLE a ADD COLUMN x integer, ADD COLUMN y integer',
  ],
  [
    'several-alter-table',
    'ALTER TABLE a ADD COLUMN x integer; ALTER TABLE a ADD COLUMN y integer',
    'ALTER TABLE a ADD COLUMN x integer, ADD COLUMN y integer',
  ],
  [
    'mixed-ddl-and-backfill',
    'ALTER TABLE a ADD COLUMN x integer; UPDATE a SET x = 1 WHERE x IS NULL',
    'UPDATE a SET x = 1 WHERE x IS NULL',
  ],
  ['enum-value-order', "ALTER TYPE colour ADD VALUE 'blue'", "ALTER TYPE colour ADD VALUE 'blue' BEFORE 'red'"],
  [
    'not-idempotent-nontx',
    'CREATE INDEX CONCURRENTLY i ON a (x); CREATE INDEX CONCURRENTLY j ON a (y)',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x); CREATE INDEX CONCURRENTLY IF NOT EXISTS j ON a (y)',
  ],
  [
    'several-statements-with-concurrently',
    'ALTER TABLE a ADD COLUMN x integer; CREATE INDEX CONCURRENTLY i ON a (x)',
    'CREATE INDEX CONCURRENTLY i ON a (x)',
  ],
  ['grant-to-public', 'GRANT SELECT ON orders TO PUBLIC', 'GRANT SELECT ON orders TO reader'],
  ['grant-all', 'GRANT ALL ON orders TO app', 'GRANT SELECT, INSERT ON orders TO app'],
  ['alter-role-password', "ALTER ROLE app PASSWORD 'x1y2'", 'ALTER ROLE app NOLOGIN'],
  [
    'function-search-path',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT 1 $$",
    optIn('function-search-path'),
  ],
  [
    'security-definer-without-search-path',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$',
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT 1 $$",
  ],
  [
    'fk-without-index',
    'CREATE TABLE a (id bigint PRIMARY KEY, b bigint REFERENCES c)',
    'CREATE TABLE a (id bigint PRIMARY KEY, b bigint REFERENCES c); CREATE INDEX i ON a (b)',
  ],
  ['drop-not-null', 'ALTER TABLE orders ALTER a DROP NOT NULL', 'ALTER TABLE orders ALTER a SET DEFAULT 1'],
  ['drop-default', 'ALTER TABLE orders ALTER a DROP DEFAULT', 'ALTER TABLE orders ALTER a SET DEFAULT 1'],
  [
    'drop-foreign-key',
    'ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey',
    'ALTER TABLE orders DROP CONSTRAINT orders_total_check',
  ],
  ['set-not-local', 'SET search_path = sales', "SET LOCAL lock_timeout = '1s'"],
  [
    'identifier-length',
    `CREATE INDEX CONCURRENTLY ${'i'.repeat(64)} ON a (x)`,
    `CREATE INDEX CONCURRENTLY ${'i'.repeat(63)} ON a (x)`,
  ],
  [
    'json-not-jsonb',
    'CREATE TABLE a (id bigint PRIMARY KEY, j json)',
    'CREATE TABLE a (id bigint PRIMARY KEY, j jsonb)',
  ],
  [
    'char-type',
    'CREATE TABLE a (id bigint PRIMARY KEY, c char(8))',
    'CREATE TABLE a (id bigint PRIMARY KEY, c char(1), d text)',
  ],
  [
    'varchar-not-text',
    'CREATE TABLE a (id bigint PRIMARY KEY, c varchar(8))',
    'CREATE TABLE a (id bigint PRIMARY KEY, c text)',
    optIn('varchar-not-text'),
  ],
  [
    'timestamp-without-tz',
    'CREATE TABLE a (id bigint PRIMARY KEY, t timestamp)',
    'CREATE TABLE a (id bigint PRIMARY KEY, t timestamptz)',
    optIn('timestamp-without-tz'),
  ],
  [
    'int-primary-key',
    'CREATE TABLE a (id integer PRIMARY KEY)',
    'CREATE TABLE a (id bigint PRIMARY KEY)',
    optIn('int-primary-key'),
  ],
  [
    'serial-not-identity',
    'CREATE TABLE a (id bigserial PRIMARY KEY)',
    'CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)',
    optIn('serial-not-identity'),
  ],
  ['not-classified', "DO $$ BEGIN EXECUTE 'DROP TABLE ' || t; END $$", 'DO $$ BEGIN PERFORM 1; END $$'],
  [
    'drop-table',
    'DO $$ BEGIN IF true THEN DROP TABLE orders; END IF; END $$',
    'DO $$ BEGIN RAISE NOTICE $x$ DROP TABLE orders; $x$; END $$',
  ],
];

const mysql: readonly Row[] = [
  ['drop-database', 'DROP DATABASE sales', 'CREATE DATABASE sales'],
  ['truncate', 'TRUNCATE TABLE orders', 'SELECT 1'],
  [
    'drop-partition',
    'ALTER TABLE orders DROP PARTITION p2024',
    'ALTER TABLE orders ADD PARTITION (PARTITION p2027 VALUES LESS THAN (2028))',
  ],
  ['drop-object', 'DROP PROCEDURE total', 'DROP TRIGGER x'],
  ['rename-table', 'RENAME TABLE orders TO sales', 'CREATE TABLE a (id BIGINT PRIMARY KEY); RENAME TABLE a TO b'],
  [
    'rename-column',
    'ALTER TABLE orders CHANGE COLUMN total amount INT NOT NULL, ALGORITHM=INSTANT',
    'ALTER TABLE orders MODIFY COLUMN total INT NOT NULL, ALGORITHM=INSTANT',
  ],
  [
    'type-change',
    'ALTER TABLE orders MODIFY total SMALLINT NOT NULL',
    'ALTER TABLE orders MODIFY note VARCHAR(40) NOT NULL',
    madeBefore('CREATE TABLE orders (id BIGINT PRIMARY KEY, total INT NOT NULL, note VARCHAR(20) NOT NULL)'),
  ],
  [
    'modify-drops-attributes',
    'ALTER TABLE orders MODIFY total INT',
    'ALTER TABLE orders MODIFY total INT NOT NULL DEFAULT 0',
    madeBefore('CREATE TABLE orders (id BIGINT PRIMARY KEY, total INT NOT NULL DEFAULT 0)'),
  ],
  ['move-table', 'ALTER TABLE orders ENGINE=InnoDB', "ALTER TABLE orders COMMENT = 'x'"],
  ['several-ddl-one-file', 'ALTER TABLE a ADD x INT; ALTER TABLE b ADD x INT', 'ALTER TABLE a ADD x INT, ADD y INT'],
  [
    'implicit-commit',
    'INSERT INTO a (id) VALUES (1); ALTER TABLE a ADD x INT',
    'ALTER TABLE a ADD x INT; INSERT INTO a (id) VALUES (1)',
  ],
  [
    'algorithm-copy',
    'ALTER TABLE orders MODIFY total BIGINT NOT NULL',
    'ALTER TABLE orders MODIFY total BIGINT NOT NULL, ALGORITHM=INPLACE, LOCK=NONE',
  ],
  [
    'lock-shared-or-exclusive',
    'ALTER TABLE orders ADD FULLTEXT INDEX f (note)',
    'ALTER TABLE orders ADD INDEX f (note), LOCK=NONE',
  ],
  [
    'implicit-zero-values',
    'ALTER TABLE orders ADD kind INT NOT NULL',
    'ALTER TABLE orders ADD kind INT NOT NULL DEFAULT 1',
  ],
  [
    'inline-references-ignored',
    'CREATE TABLE a (id BIGINT PRIMARY KEY, b BIGINT REFERENCES c (id))',
    'CREATE TABLE a (id BIGINT PRIMARY KEY, b BIGINT, FOREIGN KEY (b) REFERENCES c (id))',
  ],
  ['expression-default', 'ALTER TABLE a ADD u CHAR(36) DEFAULT (UUID())', "ALTER TABLE a ADD u CHAR(36) DEFAULT 'x'"],
  [
    'charset-conversion',
    'ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4',
    'ALTER TABLE a DEFAULT CHARACTER SET utf8mb4',
  ],
  [
    'utf8mb3',
    'CREATE TABLE a (id BIGINT PRIMARY KEY) DEFAULT CHARSET=utf8',
    'CREATE TABLE a (id BIGINT PRIMARY KEY) DEFAULT CHARSET=utf8mb4',
  ],
  [
    'no-innodb',
    'CREATE TABLE a (id BIGINT PRIMARY KEY) ENGINE=MyISAM',
    'CREATE TABLE a (id BIGINT PRIMARY KEY) ENGINE=InnoDB',
  ],
  [
    'auto-increment-int',
    'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY)',
    'CREATE TABLE a (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY)',
  ],
  [
    'fk-on-large-table',
    'ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES d (id)',
    'SET SESSION foreign_key_checks = 0; ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES d (id)',
  ],
  ['alter-role-password', "CREATE USER app IDENTIFIED BY 'x1y2'", 'CREATE USER app IDENTIFIED WITH auth_socket'],
  ['grant-all', 'GRANT ALL PRIVILEGES ON shop.* TO app', 'GRANT SELECT ON shop.* TO app'],
  ['several-alter-table', 'ALTER TABLE a ADD x INT; ALTER TABLE a ADD y INT', 'ALTER TABLE a ADD x INT, ADD y INT'],
  ['drop-foreign-key', 'ALTER TABLE a DROP FOREIGN KEY c', 'ALTER TABLE a DROP INDEX i'],
  ['drop-default', 'ALTER TABLE a ALTER COLUMN x DROP DEFAULT', 'ALTER TABLE a ALTER COLUMN x SET DEFAULT 1'],
  ['identifier-length', `ALTER TABLE a ADD ${'x'.repeat(65)} INT`, `ALTER TABLE a ADD ${'x'.repeat(64)} INT`],
  ['drop-table', 'DROP TABLE IF EXISTS `a b`', 'DROP TEMPORARY TABLE a'],
];

const old = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT UNIQUE); CREATE INDEX t_a ON t (a)';
const rebuild = (columns: string, values: string, more = ''): string =>
  `CREATE TABLE new_t (${columns}); INSERT INTO new_t SELECT ${values} FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t; ${more}`;

const sqlite: readonly Row[] = [
  ['drop-object', 'DROP VIEW v', 'DROP VIEW v; CREATE VIEW v AS SELECT 1'],
  ['rename-table', 'ALTER TABLE orders RENAME TO sales', rebuild('id INTEGER PRIMARY KEY', 'id')],
  ['rename-column', 'ALTER TABLE orders RENAME COLUMN total TO amount', 'ALTER TABLE orders ADD COLUMN amount INTEGER'],
  ['drop-table', 'DROP TABLE t', rebuild('id INTEGER PRIMARY KEY', 'id')],
  [
    'add-column-limits',
    'ALTER TABLE t ADD COLUMN x INTEGER NOT NULL',
    'ALTER TABLE t ADD COLUMN x INTEGER NOT NULL DEFAULT 0',
  ],
  [
    'drop-column-indexed',
    'ALTER TABLE t DROP COLUMN a',
    'DROP INDEX t_a; ALTER TABLE t DROP COLUMN a',
    madeBefore(old),
  ],
  ['pragma-foreign-keys-in-transaction', 'PRAGMA foreign_keys = OFF', 'PRAGMA foreign_keys'],
  [
    'rebuild-drops-children',
    rebuild('id INTEGER PRIMARY KEY', 'id'),
    `PRAGMA foreign_keys = OFF; ${rebuild('id INTEGER PRIMARY KEY', 'id')}`,
    {
      alone: true,
      before: [
        {
          text: 'CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id) ON DELETE CASCADE)',
          applied: true,
        },
      ],
    },
  ],
  [
    'rebuild-incomplete',
    rebuild('id INTEGER PRIMARY KEY, a TEXT, b TEXT', 'id, a, b'),
    rebuild('id INTEGER PRIMARY KEY, a TEXT, b TEXT', 'id, a, b', 'CREATE INDEX t_a ON t (a)'),
    madeBefore(old),
  ],
  [
    'rename-breaks-views',
    rebuild('id INTEGER PRIMARY KEY', 'id'),
    `DROP VIEW v; ${rebuild('id INTEGER PRIMARY KEY', 'id', 'CREATE VIEW v AS SELECT * FROM t')}`,
    madeBefore('CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE VIEW v AS SELECT * FROM t'),
  ],
  [
    'nullable-to-not-null',
    rebuild('id INTEGER PRIMARY KEY, a TEXT NOT NULL', 'id, a'),
    rebuild('id INTEGER PRIMARY KEY, a TEXT NOT NULL', "id, COALESCE(a, '')"),
    madeBefore(old),
  ],
  [
    'no-strict',
    'CREATE TABLE a (id INTEGER PRIMARY KEY)',
    'CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT',
    optIn('no-strict'),
  ],
  [
    'fk-without-index',
    'CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES c (id))',
    'CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES c (id)); CREATE INDEX i ON a (b)',
  ],
  ['several-statements-with-concurrently', 'UPDATE a SET x = 1 WHERE id = 2; VACUUM', 'VACUUM'],
  ['not-idempotent-nontx', 'CREATE INDEX i ON a (x); VACUUM', 'CREATE INDEX IF NOT EXISTS i ON a (x); VACUUM'],
];

const firebird: readonly Row[] = [
  ['identifier-length', `ALTER TABLE a ADD ${'x'.repeat(64)} INTEGER`, `ALTER TABLE a ADD ${'x'.repeat(63)} INTEGER`],
  ['drop-column', 'ALTER TABLE orders DROP total', 'ALTER TABLE orders ADD total INTEGER'],
  ['drop-object', 'DROP SEQUENCE s', 'DROP TRIGGER x'],
  [
    'rename-column',
    'ALTER TABLE orders ALTER COLUMN total TO amount',
    'ALTER TABLE orders ALTER COLUMN total SET DEFAULT 1',
  ],
  [
    'required-column',
    'ALTER TABLE orders ADD kind INTEGER NOT NULL',
    'ALTER TABLE orders ADD kind INTEGER DEFAULT 0 NOT NULL',
  ],
  [
    'type-change',
    'ALTER TABLE orders ALTER COLUMN total TYPE SMALLINT',
    'ALTER TABLE orders ALTER COLUMN total SET DEFAULT 1',
  ],
  ['set-not-null-scans', 'ALTER TABLE orders ALTER total SET NOT NULL', 'ALTER TABLE orders ALTER total SET DEFAULT 1'],
  ['drop-not-null', 'ALTER TABLE orders ALTER total DROP NOT NULL', 'ALTER TABLE orders ALTER total SET DEFAULT 1'],
  ['grant-to-public', 'GRANT SELECT ON orders TO PUBLIC', 'GRANT SELECT ON orders TO reader'],
  ['grant-all', 'GRANT ALL ON orders TO app', 'GRANT SELECT ON orders TO app'],
  ['alter-role-password', "CREATE USER app PASSWORD 'x1y2'", 'CREATE ROLE app'],
  [
    'several-ddl-one-file',
    'ALTER TABLE a ADD x INTEGER; ALTER TABLE b ADD x INTEGER',
    'ALTER TABLE a ADD x INTEGER, ADD y INTEGER',
  ],
  ['not-classified', "EXECUTE BLOCK AS BEGIN EXECUTE STATEMENT 'DROP TABLE x'; END", 'SELECT 1 FROM RDB$DATABASE'],
  [
    'delete-without-where',
    'EXECUTE BLOCK AS BEGIN DELETE FROM orders; END',
    'EXECUTE BLOCK AS BEGIN DELETE FROM orders WHERE id = 1; END',
  ],
];

/** Every rule, in every dialect where it says something of its own. */
export const cases: readonly RuleCase[] = [
  ...everywhere.flatMap(on('postgresql', 'mysql', 'sqlite', 'firebird')),
  ...postgresql.flatMap(on('postgresql')),
  ...mysql.flatMap(on('mysql')),
  ...sqlite.flatMap(on('sqlite')),
  ...firebird.flatMap(on('firebird')),
];
