// The same floor on SQLite: one process, a transaction a migration with its history row. Usage: floor-sqlite.mjs FOLDER DATABASE
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';

const [, , folder, file] = process.argv;
const database = new DatabaseSync(file);
database.exec(
  'CREATE TABLE IF NOT EXISTS floor_history (name text PRIMARY KEY, checksum text NOT NULL, at text NOT NULL)',
);
const applied = new Map(
  database
    .prepare('SELECT name, checksum FROM floor_history')
    .all()
    .map((row) => [row.name, row.checksum]),
);
const insert = database.prepare("INSERT INTO floor_history VALUES (?, ?, datetime('now'))");
for (const name of readdirSync(folder).sort()) {
  const sql = readFileSync(join(folder, name), 'utf8');
  const checksum = createHash('sha256').update(sql).digest('hex');
  if (applied.has(name)) {
    if (applied.get(name) !== checksum) throw new Error(`${name} was changed`);
    continue;
  }
  database.exec('BEGIN IMMEDIATE');
  database.exec(sql);
  insert.run(name, checksum);
  database.exec('COMMIT');
}
database.close();
