// postgres-migrations on a folder of `<number>_name.sql`. Usage: postgres-migrations.mjs FOLDER URL
import pg from 'pg';
import { migrate } from 'postgres-migrations';

const [, , folder, url] = process.argv;
const client = new pg.Client(url);
await client.connect();
await migrate({ client }, folder);
await client.end();
