import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DidChangeWatchedFilesNotification, FileChangeType, HoverRequest } from 'vscode-languageserver/node';
import { type ServerUnderTest, spawnServer } from './spawn-server.ts';

const plan = (...scripts: readonly string[]) => `{
  "version": "1.0", "plan_id": "0b9d7f2e-5a64-4d0f-8a55-3f0c2a1b9d10", "name": "A plan",
  "target_env": { "id": "staging", "name": "Staging", "backend": "pg", "connection_ref": "db" },
  "created_at": "2026-02-05T12:00:00Z", "created_by": "dana", "approval_required": false, "pre_checks": [],
  "steps": ${JSON.stringify(scripts.map((script, i) => ({ id: `s${i}`, name: script, type: 'migration', script, rollback: 'none' })))},
  "post_checks": []
}`;
const config = (backend: string, rules: object = {}) =>
  JSON.stringify({
    connections: {
      db: backend === 'sqlite' ? { backend, file: 'a.db' } : { backend, host: 'localhost', database: 'a' },
    },
    rules,
  });

let project: string;
let server: ServerUnderTest;
const file = (path: string, text: string) => {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
};
const at = (path: string) => join(project, path);
const uriOf = (path: string) => pathToFileURL(at(path)).href;
const codes = (diagnostics: readonly { code?: unknown }[]) => diagnostics.map(({ code }) => code);

beforeEach(async () => {
  project = mkdtempSync(join(tmpdir(), 'srdeploy-sql-'));
  file('deploy-config.json', config('postgresql'));
  file('deployments/release.srdeploy', plan('m/V1.sql', 'm/V2.sql'));
  file('m/V1.sql', 'CREATE TABLE fresh (id bigint PRIMARY KEY);');
  server = await spawnServer(project);
});
afterEach(async () => {
  await server.stop();
  rmSync(project, { recursive: true, force: true });
});

describe('a migration that no plan names', () => {
  it('is told so where plans name others of its folder, until one names it', async () => {
    const uri = uriOf('m/V3__late.sql');
    const told = server.nextDiagnostics(uri);
    await server.open(at('m/V3__late.sql'), 'SELECT 1;', 'sql');
    expect((await told).map(({ code, severity, message }) => [code, severity, message])).toEqual([
      ['P007', 3, 'No plan names this migration, although plans name others of m/. Add it to a plan, or delete it.'],
    ]);
    const named = server.nextDiagnostics(uri);
    await server.open(at('deployments/release.srdeploy'), plan('m/V1.sql', 'm/V3__late.sql'), 'srdeploy');
    expect(await named).toEqual([]);
  });

  it('is left alone while a plan cannot be read', async () => {
    file('deployments/broken.srdeploy', '{');
    const uri = uriOf('m/V3__late.sql');
    await server.open(at('m/V3__late.sql'), 'DROP TABLE old;', 'sql');
    const told = server.nextDiagnostics(uri);
    rmSync(at('deployments/broken.srdeploy'));
    await server.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: uriOf('deployments/broken.srdeploy'), type: FileChangeType.Deleted }],
    });
    expect(codes(await told)).toEqual(['P007']);
    expect(server.published.filter((one) => one.uri === uri)).toHaveLength(1);
  });
});

describe('a SQL file that a plan names', () => {
  it('shows what it can do, in the dialect of the plan’s connection, with the safer form', async () => {
    const text = 'CREATE INDEX i ON fresh (id);\nALTER TABLE old\n  DROP COLUMN a;\n';
    const next = server.nextDiagnostics(uriOf('m/V2.sql'));
    await server.open(at('m/V2.sql'), text, 'sql');
    expect(await next).toEqual([
      {
        range: { start: { line: 2, character: 2 }, end: { line: 2, character: 15 } },
        severity: 2,
        code: 'M002',
        source: 'srdeploy',
        message: expect.stringMatching(/^The column a of old is dropped.*\nSafer: /s),
      },
    ]);
  });

  it('is judged again with every edit, and nothing is left of it when it is closed', async () => {
    const uri = uriOf('m/V2.sql');
    const first = server.nextDiagnostics(uri);
    await server.open(at('m/V2.sql'), 'DROP TABLE old;', 'sql');
    expect(codes(await first)).toEqual(['M001']);
    const gone = server.nextDiagnostics(uri);
    await server.change(uri, 2, '-- srdeploy: allow M001 empty\nDROP TABLE old;');
    expect(await gone).toEqual([]);
    const back = server.nextDiagnostics(uri);
    await server.change(uri, 3, 'DROP TABLE old;');
    expect(codes(await back)).toEqual(['M001']);
    const closed = server.nextDiagnostics(uri);
    await server.close(uri);
    expect(await closed).toEqual([]);
  });

  it('follows the plan as it stands in the editor, and the deploy config on disk', async () => {
    const uri = uriOf('m/V3.sql');
    await server.open(at('m/V3.sql'), 'DROP TABLE old;', 'sql');
    const named = server.nextDiagnostics(uri);
    await server.open(at('deployments/release.srdeploy'), plan('m/V3.sql'), 'srdeploy');
    expect(codes(await named)).toEqual(['M001']);
    const off = server.nextDiagnostics(uri);
    file('deploy-config.json', config('sqlite', { M001: 'off' }));
    await server.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: uriOf('deploy-config.json'), type: FileChangeType.Changed }],
    });
    expect(await off).toEqual([]);
  });

  it('has no hover or other help of ours', async () => {
    const uri = await server.open(at('m/V1.sql'), 'DROP TABLE old;', 'sql');
    const position = { line: 0, character: 2 };
    expect(await server.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position })).toBeNull();
  });
});

describe('any other SQL file', () => {
  it('is left alone', async () => {
    await server.open(at('other/scratch.sql'), 'DROP TABLE old;', 'sql');
    const next = server.nextDiagnostics(uriOf('m/V2.sql'));
    await server.open(at('m/V2.sql'), 'DROP TABLE old;', 'sql');
    await next;
    expect(server.published.filter(({ uri }) => uri === uriOf('other/scratch.sql'))).toEqual([]);
    expect(server.log).toEqual([]);
  });
});
