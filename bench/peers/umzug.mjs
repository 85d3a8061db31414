// umzug with a storage in the target and a transaction a file. Usage: umzug.mjs FOLDER URL
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Umzug } from 'umzug';

const [, , folder, url] = process.argv;
const client = new pg.Client(url);
await client.connect();
await client.query('CREATE TABLE IF NOT EXISTS umzug_history (name text PRIMARY KEY)');
const umzug = new Umzug({
  migrations: readdirSync(folder)
    .sort()
    .map((name) => ({
      name,
      up: async () => {
        await client.query('BEGIN');
        await client.query(readFileSync(join(folder, name), 'utf8'));
        await client.query('COMMIT');
      },
    })),
  storage: {
    executed: async () =>
      (await client.query('SELECT name FROM umzug_history ORDER BY name')).rows.map(({ name }) => name),
    logMigration: async ({ name }) => void (await client.query('INSERT INTO umzug_history VALUES ($1)', [name])),
    unlogMigration: async () => {
      throw new Error('Nothing is taken back here.');
    },
  },
  logger: undefined,
});
await umzug.up();
await client.end();
