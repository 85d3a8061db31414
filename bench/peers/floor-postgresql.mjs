// The least that applying migrations can cost: one connection, an advisory lock, each file read and hashed, and one message a migration
// that holds BEGIN, its statements, its history row and COMMIT. Usage: floor-postgresql.mjs FOLDER URL
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const [, , folder, url] = process.argv;
const client = new pg.Client(url);
await client.connect();
await client.query('SELECT pg_advisory_lock(42)');
await client.query(
  'CREATE TABLE IF NOT EXISTS floor_history (name text PRIMARY KEY, checksum text NOT NULL, at timestamptz NOT NULL)',
);
const { rows } = await client.query('SELECT name, checksum FROM floor_history');
const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
for (const name of readdirSync(folder).sort()) {
  const sql = readFileSync(join(folder, name), 'utf8');
  const checksum = createHash('sha256').update(sql).digest('hex');
  if (applied.has(name)) {
    if (applied.get(name) !== checksum) throw new Error(`${name} was changed`);
    continue;
  }
  await client.query(`BEGIN;${sql};INSERT INTO floor_history VALUES ('${name}', '${checksum}', now());COMMIT`);
}
await client.end();
