import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  CodeActionRequest,
  type CompletionItem,
  type CompletionList,
  CompletionRequest,
  createProtocolConnection,
  DidChangeWatchedFilesNotification,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  ExitNotification,
  FileChangeType,
  HoverRequest,
  InitializeRequest,
  IPCMessageReader,
  IPCMessageWriter,
  LSPErrorCodes,
  type Position,
  ShutdownRequest,
  type TextDocumentEdit,
  WillRenameFilesRequest,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { exampleScripts, exampleText, mistakes } from '../fixtures/plans/mistakes.ts';
import { type ServerUnderTest, spawnServer } from './spawn-server.ts';

const config = `{
  // For tests.
  "connections": {
    "conn_local": { "backend": "sqlite", "file": "data/shop.db" },
    "conn_staging": { "backend": "pg", "host": "127.0.0.1", "database": "shop" }
  },
  "targets": { "staging": { "name": "Staging", "kind": "staging", "connection_ref": "conn_staging" } }
}
`;

let project: string;
let server: ServerUnderTest;
let plans = 0;
const file = (path: string, text = '') => {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
};
const newPlan = () => join(project, 'deployments', `plan ${++plans} ü.srdeploy`);

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'srdeploy-server-'));
  for (const script of [...exampleScripts, 'migrations/V0010__later.sql', 'node_modules/x/hidden.sql'])
    file(script, 'SELECT 1;');
  file('deploy-config.json', config);
  server = await spawnServer(project);
});

afterAll(async () => {
  expect(server.log).toEqual([]);
  expect(await server.stop()).toBe(0);
  rmSync(project, { recursive: true });
});

/** Opens a text with `|` at the caret and completes there. */
async function completeAt(
  marked: string,
): Promise<{ items: readonly CompletionItem[]; text: string; position: Position }> {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const uri = await server.open(newPlan(), text);
  const position = TextDocument.create(uri, 'srdeploy', 1, text).positionAt(offset);
  const answer = await server.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position });
  return { items: (answer as CompletionList).items, text, position };
}

/** The text after an item is taken; snippet places stay as they are written. */
function taken(text: string, item: CompletionItem): string {
  const document = TextDocument.create('file:///plan', 'srdeploy', 1, text);
  const edit = item.textEdit as { range: never; newText: string };
  return TextDocument.applyEdits(document, [edit, ...(item.additionalTextEdits ?? [])]);
}

describe('diagnostics', () => {
  it('come after opening: none for a good plan', async () => {
    const path = newPlan();
    const next = server.nextDiagnostics(pathToFileURL(path).href);
    await server.open(path, exampleText);
    expect(await next).toEqual([]);
  });

  it.each(mistakes)('name $name as the engine does', async (mistake) => {
    const path = newPlan();
    const next = server.nextDiagnostics(pathToFileURL(path).href);
    await server.open(path, mistake.text);
    expect((await next).map(({ code, message, range }) => ({ code, message, range }))).toEqual([
      {
        code: mistake.code,
        message: mistake.message,
        range: {
          start: { line: mistake.line - 1, character: mistake.column - 1 },
          end: { line: mistake.endLine - 1, character: mistake.endColumn - 1 },
        },
      },
    ]);
  });

  it('follow edits and end with the document', async () => {
    const path = newPlan();
    const uri = await server.open(path, exampleText);
    const wrong = server.nextDiagnostics(uri, ({ length }) => length === 1);
    await server.change(uri, 2, exampleText.replace('"step_2"', '"step_1"'));
    const [diagnostic] = await wrong;
    expect(diagnostic?.relatedInformation?.[0]?.location.uri).toBe(uri);
    const closed = server.nextDiagnostics(uri);
    await server.close(uri);
    expect(await closed).toEqual([]);
  });

  it('clear when the missing script is created, and come back when its folder is deleted, without touching the plan', async () => {
    const text = exampleText.replace('migrations/V0002__add_orders.sql', 'later/V0002__new.sql');
    const path = newPlan();
    const uri = pathToFileURL(path).href;
    const missing = server.nextDiagnostics(uri, ({ length }) => length === 1);
    await server.open(path, text);
    expect((await missing)[0]?.code).toBe('P002');

    const cleared = server.nextDiagnostics(uri, ({ length }) => length === 0);
    file('later/V0002__new.sql');
    await server.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: pathToFileURL(join(project, 'later/V0002__new.sql')).href, type: FileChangeType.Created }],
    });
    expect(await cleared).toEqual([]);

    const back = server.nextDiagnostics(uri, ({ length }) => length === 1);
    rmSync(join(project, 'later'), { recursive: true });
    await server.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: pathToFileURL(join(project, 'later')).href, type: FileChangeType.Deleted }],
    });
    expect((await back)[0]?.code).toBe('P002');
  });

  it('are made anew only for the documents that name a script which came or went', async () => {
    const scripted = (script: string) => exampleText.replace('V0002__add_orders.sql', script);
    const texts = [exampleText, exampleText, scripted('V0011__soon.sql')];
    const uris: string[] = [];
    for (const text of texts) {
      const path = newPlan();
      const first = server.nextDiagnostics(pathToFileURL(path).href);
      uris.push(await server.open(path, text));
      await first;
    }
    const before = server.published.length;
    const [, , named = ''] = uris;
    const cleared = server.nextDiagnostics(named, (found) => found.every(({ code }) => code !== 'P002'));
    file('migrations/V0011__soon.sql');
    await server.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: pathToFileURL(join(project, 'migrations/V0011__soon.sql')).href, type: FileChangeType.Created }],
    });
    await cleared;
    // A question that comes behind the notification is answered behind what it caused at once.
    await server.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: named } });
    const again = server.published.slice(before).map(({ uri }) => uri);
    expect(again.filter((uri) => uris.includes(uri))).toEqual([named]);
    for (const uri of uris) await server.close(uri);
    rmSync(join(project, 'migrations/V0011__soon.sql'));
    await server.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: pathToFileURL(join(project, 'migrations/V0011__soon.sql')).href, type: FileChangeType.Deleted }],
    });
  });

  it('know a script behind a symbolic link that leaves the project', async () => {
    symlinkSync('/etc/hostname', join(project, 'migrations/link.txt'));
    const path = newPlan();
    const next = server.nextDiagnostics(pathToFileURL(path).href);
    await server.open(path, exampleText.replace('V0002__add_orders.sql', 'link.txt'));
    expect((await next).map(({ code }) => code)).toEqual(['P016']);
  });

  it('are never sent for documents of others', async () => {
    const uri = await server.open(join(project, 'package.json'), '{ broken', 'json');
    await server.close(uri);
    const own = newPlan();
    const next = server.nextDiagnostics(pathToFileURL(own).href);
    await server.open(own, exampleText);
    await next;
    expect(server.published.filter((params) => params.uri === uri)).toEqual([]);
  });

  it('judge an untitled document by itself', async () => {
    const uri = 'untitled:Untitled-1';
    const next = server.nextDiagnostics(uri);
    await server.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'srdeploy', version: 1, text: exampleText.replace('"step_2"', '"step_1"') },
    });
    expect((await next).map(({ code }) => code)).toEqual(['P001']);
  });
});

describe('files that are renamed at once in two projects', () => {
  it('are followed by the plans of both', async () => {
    for (const name of ['one', 'two']) {
      file(`${name}/deploy-config.json`, '{}');
      file(`${name}/m/V1__a.sql`);
      file(
        `${name}/deployments/p.srdeploy`,
        '{ "steps": [{ "id": "a", "type": "migration", "script": "m/V1__a.sql" }] }',
      );
    }
    const uri = (path: string) => pathToFileURL(join(project, path)).href;
    const files = ['one', 'two'].map((name) => ({
      oldUri: uri(`${name}/m/V1__a.sql`),
      newUri: uri(`${name}/m/V1__b.sql`),
    }));
    const edit = await server.connection.sendRequest(WillRenameFilesRequest.type, { files });
    const changes = (edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
    expect(changes.map(({ textDocument, edits }) => [textDocument.uri, edits.length])).toEqual([
      [uri('one/deployments/p.srdeploy'), 1],
      [uri('two/deployments/p.srdeploy'), 1],
    ]);
    for (const name of ['one', 'two']) rmSync(join(project, name), { recursive: true });
  });
});

describe('the watched files', () => {
  it('are SQL files, plan documents, deploy configs and what is deleted, and nothing else', () => {
    const watchers = server.registrations.flatMap(({ registerOptions }) => registerOptions.watchers);
    expect(watchers.map(({ globPattern }: { globPattern: string }) => globPattern)).toEqual([
      '**/*.{sql,SQL}',
      '**/?*.srdeploy',
      '**/{deploy-config.json,deploy-config.jsonc,*.deploy-config.json}',
      '**/*',
    ]);
    expect(watchers[3].kind).toBe(4);
  });
});

describe('completion', () => {
  it('offers the keys that are missing, the needed ones first', async () => {
    const { items } = await completeAt('{\n  "version": "1.0",\n  |\n}\n');
    expect(items.map(({ label }) => label)).toEqual([
      'plan_id',
      'name',
      'target_env',
      'created_at',
      'created_by',
      'approval_required',
      'steps',
      '$schema',
      'pre_checks',
      'post_checks',
    ]);
  });

  it('knows the keys of a step by its type', async () => {
    const { items } = await completeAt('{ "steps": [ { "id": "a", "type": "migration", "|" } ] }');
    expect(items.map(({ label }) => label)).toEqual([
      'script',
      'name',
      'rollback',
      'timeout_sec',
      'retry',
      'depends_on',
    ]);
  });

  it.each([
    [
      'in empty quotes',
      '"created_by": "alice",\n  "|"\n}',
      '"created_by": "alice",\n  "approval_required": ${1|true,false|}\n}',
    ],
    [
      'half typed without the closing quote',
      '"created_by": "alice",\n  "appr|\n}',
      '"created_by": "alice",\n  "approval_required": ${1|true,false|}\n}',
    ],
    [
      'half typed without any quote',
      '"created_by": "alice",\n  app|\n}',
      '"created_by": "alice",\n  "approval_required": ${1|true,false|}\n}',
    ],
    [
      'after a missing comma',
      '"created_by": "alice"\n  |\n}',
      '"created_by": "alice",\n  "approval_required": ${1|true,false|}\n}',
    ],
    [
      'before another key',
      '"created_by": "alice",\n  |\n  "steps": []\n}',
      '"created_by": "alice",\n  "approval_required": ${1|true,false|},\n  "steps": []\n}',
    ],
    [
      'where the value is there already',
      '"created_by": "alice",\n  "ap|": true\n}',
      '"created_by": "alice",\n  "approval_required": true\n}',
    ],
  ])('puts commas and quotes right: %s', async (_, marked, expected) => {
    const { items, text, position } = await completeAt(`{ ${marked}`);
    const item = items.find(({ label }) => label === 'approval_required');
    expect(item && taken(text, item)).toBe(`{ ${expected}`);
    expect(item?.textEdit).toMatchObject({
      range: { start: { line: position.line }, end: { line: position.line } },
    });
  });

  it('offers the words of an enumeration inside quotes', async () => {
    const { items, text } = await completeAt(exampleText.replace('"non_empty"', '"|"'));
    expect(items.map(({ label }) => label)).toEqual(['non_empty', 'empty']);
    expect(taken(text, items[0] as CompletionItem)).toBe(exampleText);
  });

  it('offers the types of a step, with the keys that each needs', async () => {
    const { items, text } = await completeAt('{ "steps": [ { "id": "a", "type": "|" } ] }');
    expect(items.map(({ label }) => label)).toEqual(['migration', 'sql_check', 'backup', 'pause', 'command']);
    expect(taken(text, items[0] as CompletionItem)).toBe(
      '{ "steps": [ { "id": "a", "type": "migration",\n"script": "$1" } ] }',
    );
  });

  it('knows commands, the words that a result may be, and the steps that one may depend on', async () => {
    const command = await completeAt('{ "steps": [ { "id": "a", "type": "command", "comm|" } ] }');
    expect(taken(command.text, command.items.find(({ label }) => label === 'command') as CompletionItem)).toBe(
      '{ "steps": [ { "id": "a", "type": "command", "command": ["$1"] } ] }',
    );
    const expected = await completeAt('{ "steps": [ { "id": "a", "type": "sql_check", "expect": "|" } ] }');
    expect(expected.items.map(({ label }) => label)).toEqual(['non_empty', 'empty']);
    const keys = await completeAt('{ "steps": [ { "id": "a", "type": "sql_check", "expect": { "|" } } ] }');
    expect(keys.items.map(({ label }) => label)).toEqual(['equals', 'rows', 'matches']);
    const steps = await completeAt(
      '{ "steps": [ { "id": "a", "type": "pause" }, { "id": "b", "depends_on": ["|"] }, { "id": "c", "type": "pause" } ] }',
    );
    expect(steps.items.map(({ label }) => label)).toEqual(['a', 'c']);
  });

  it('changes a type without adding keys in the middle of a step', async () => {
    const { items, text } = await completeAt('{ "steps": [ { "type": "m|", "id": "a" } ] }');
    expect(taken(text, items[0] as CompletionItem)).toBe('{ "steps": [ { "type": "migration", "id": "a" } ] }');
  });

  it('offers whole steps with the next free id', async () => {
    const { items, text } = await completeAt('{ "steps": [ { "id": "step_1", "type": "pause", "message": "x" } | ] }');
    expect(items.map(({ label }) => label)).toEqual([
      'Migration step',
      'SQL check step',
      'Backup step',
      'Pause step',
      'Command step',
    ]);
    expect(taken(text, items[0] as CompletionItem)).toBe(
      '{ "steps": [ { "id": "step_1", "type": "pause", "message": "x" }, {\n\t"id": "step_2",\n\t"name": "$1",\n\t"type": "migration",\n\t"script": "$2"\n} ] }',
    );
  });

  it('offers the scripts of the project, unused ones first and none from folders that are nobody’s', async () => {
    const { items, text } = await completeAt(
      exampleText.replace(
        '"expect": "non_empty"\n    }',
        '"expect": "empty" }, { "id": "x", "type": "migration", "script": "mig|" }',
      ),
    );
    expect(items.map(({ label }) => label)).toEqual([
      'migrations/V0010__later.sql',
      'migrations/R0002__rollback.sql',
      'migrations/V0002__add_orders.sql',
    ]);
    expect(taken(text, items[0] as CompletionItem)).toContain('"script": "migrations/V0010__later.sql" }');
    expect(items[0]?.filterText).toBe('"migrations/V0010__later.sql"');
  });

  it('offers a script behind the others once another plan on disk names it, and says which', async () => {
    const plan = newPlan();
    const marked = exampleText.replace('"migrations/R0002__rollback.sql"', '"|"');
    const detailOf = async () =>
      (await completeAt(marked)).items.find(({ label }) => label === 'migrations/V0010__later.sql')?.detail;
    expect(await detailOf()).toBeUndefined();
    const changes = (type: FileChangeType) =>
      server.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
        changes: [{ uri: pathToFileURL(plan).href, type }],
      });
    file(relative(project, plan), '{ "steps": [ { "script": "migrations\\u002fV0010__later.sql" } ] }');
    await changes(FileChangeType.Created);
    expect(await detailOf()).toBe(`used in ${relative(project, plan)}`);
    rmSync(plan);
    await changes(FileChangeType.Deleted);
    expect(await detailOf()).toBeUndefined();
  });

  it('offers the rollback that goes with the script first, and "none" last', async () => {
    const { items } = await completeAt(exampleText.replace('"migrations/R0002__rollback.sql"', '"|"'));
    expect(items.map(({ label }) => label)).toEqual([
      'migrations/R0002__rollback.sql',
      'migrations/V0010__later.sql',
      'migrations/V0002__add_orders.sql',
      'none',
    ]);
  });

  it('offers the connections and targets of the deploy config', async () => {
    const connections = await completeAt(exampleText.replace('"conn_staging"', '"|"').replace('scratchbird', 'sqlite'));
    expect(connections.items.map(({ label, detail }) => [label, detail])).toEqual([
      ['conn_local', 'sqlite · data/shop.db'],
      ['conn_staging', 'postgresql · 127.0.0.1:5432/shop'],
    ]);
    const targets = await completeAt(exampleText.replace('"id": "staging"', '"id": "|"'));
    expect(targets.items.map(({ label, detail }) => [label, detail])).toEqual([['staging', 'Staging · staging']]);
  });

  it('offers a new UUID for the plan', async () => {
    const { items } = await completeAt('{ "plan_id": "|" }');
    expect(items[0]?.label).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is answered before a text is judged that was edited right before it', async () => {
    const uri = await server.open(newPlan(), exampleText);
    await server.nextDiagnostics(uri);
    const order: string[] = [];
    const judged = server.nextDiagnostics(uri).then(() => order.push('judged'));
    const position = { line: 1, character: 3 };
    await server.change(uri, 2, exampleText);
    const answer = server.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position });
    await Promise.all([judged, answer.then(() => order.push('answered'))]);
    expect(order).toEqual(['answered', 'judged']);
  });

  it('offers the tables of the scripts on disk, also of one that has come and one that is edited', async () => {
    const marked = exampleText.replace(/"sql": "[^"]*"/, '"sql": "SELECT 1 FROM |"');
    const labels = async () => (await completeAt(marked)).items.map(({ label }) => label);
    expect(await labels()).toEqual([]);
    file('migrations/V0011__made.sql', 'CREATE TABLE made (id int);');
    const uri = pathToFileURL(join(project, 'migrations/V0011__made.sql')).href;
    const changes = (type: FileChangeType) =>
      server.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri, type }] });
    await changes(FileChangeType.Created);
    expect(await labels()).toEqual(['made']);
    await server.open(join(project, 'migrations/V0011__made.sql'), 'CREATE TABLE edited (id int);', 'sql');
    await expect.poll(labels).toEqual(['edited']);
    await server.close(uri);
    rmSync(join(project, 'migrations/V0011__made.sql'));
    await changes(FileChangeType.Deleted);
    expect(await labels()).toEqual([]);
  });

  it('offers nothing inside free text', async () => {
    const { items } = await completeAt(exampleText.replace('"Verify indexes"', '"Ver|"'));
    expect(items).toEqual([]);
  });
});

describe('fixes', () => {
  const actionsFor = async (text: string) => {
    const path = newPlan();
    const uri = pathToFileURL(path).href;
    const next = server.nextDiagnostics(uri);
    await server.open(path, text);
    const diagnostics = [...(await next)];
    const range = diagnostics[0]?.range;
    if (!range) throw new Error('There is nothing to fix.');
    const actions = await server.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics },
    });
    return (actions ?? []).flatMap((action) => ('edit' in action ? [action] : []));
  };

  it('change the document as they say', async () => {
    const [action] = await actionsFor(exampleText.replace('"type": "migration"', '"type": "migratoin"'));
    expect(action).toMatchObject({ title: 'Change to "migration"', isPreferred: true, kind: 'quickfix' });
    expect(action?.diagnostics?.map(({ code }) => code)).toEqual(['SCHEMA_UNKNOWN_TYPE']);
    const change = action?.edit?.documentChanges?.[0] as TextDocumentEdit;
    expect(change.textDocument.version).toBe(1);
    expect(change.edits).toEqual([
      { range: { start: { line: 21, character: 14 }, end: { line: 21, character: 25 } }, newText: '"migration"' },
    ]);
  });

  it('include a new UUID and the time it is now, which the engine cannot make', async () => {
    const [uuid] = await actionsFor(exampleText.replace(/"plan_id": ".*"/, '"plan_id": "uuid"'));
    expect(JSON.stringify(uuid?.edit)).toMatch(/"newText":"\\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\""/);
    const [now] = await actionsFor(exampleText.replace('2026-02-05T12:00:00Z', 'today'));
    expect(JSON.stringify(now?.edit)).toMatch(/"newText":"\\"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\\""/);
  });
});

describe('reading a plan in the editor', () => {
  it('shows what a key means and what a type does', async () => {
    const uri = await server.open(newPlan(), exampleText);
    const hover = async (line: number, character: number) =>
      JSON.stringify(
        await server.connection.sendRequest(HoverRequest.type, {
          textDocument: { uri },
          position: { line, character },
        }),
      );
    expect(await hover(24, 10)).toContain('**Timeout**');
    expect(await hover(21, 18)).toContain('**Migration step**');
    expect(await hover(32, 20)).toContain('At least one row.');
    expect(await hover(7, 18)).toContain('ScratchBird.');
    expect(await hover(0, 0)).toBe('null');
  });

  it('outlines the plan by meaning', async () => {
    const uri = await server.open(newPlan(), exampleText);
    const symbols = (await server.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })) ?? [];
    const outline = symbols.map((symbol) => [
      symbol.name,
      'children' in symbol ? (symbol.children ?? []).map(({ name, detail }) => `${name}  ${detail}`) : [],
    ]);
    expect(outline).toEqual([
      ['Target Staging', []],
      ['Checks before', ['check_connection  (connection)', 'check_disk  (disk_space)']],
      ['Steps', ['step_1  Apply migration V0002  (migration)', 'step_2  Verify indexes  (sql_check)']],
      ['Checks after', ['check_migrations  (migration_history)', 'check_object_count  (object_count)']],
    ]);
  });

  it('links the scripts that are there', async () => {
    const uri = await server.open(newPlan(), exampleText.replace('V0002__add', 'V0002__dad'));
    const links = await server.connection.sendRequest(DocumentLinkRequest.type, { textDocument: { uri } });
    expect(links).toEqual([
      {
        range: { start: { line: 23, character: 19 }, end: { line: 23, character: 49 } },
        target: pathToFileURL(join(project, 'migrations/R0002__rollback.sql')).href,
        tooltip: 'Open migrations/R0002__rollback.sql',
      },
    ]);
  });

  it('is silent about documents of others', async () => {
    const uri = await server.open(join(project, 'other.json'), exampleText, 'json');
    const symbols = await server.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
    expect(symbols).toBeNull();
  });
});

describe('a burst of requests', () => {
  it('ends with the last answer; the ones that were cancelled say so', async () => {
    const uri = await server.open(newPlan(), exampleText.replace('"non_empty"', '""'));
    const requests = Array.from({ length: 20 }, () => {
      const source = new CancellationTokenSource();
      const answer = server.connection.sendRequest(
        CompletionRequest.type,
        { textDocument: { uri }, position: { line: 32, character: 17 } },
        source.token,
      );
      return { source, answer: answer.then((list) => (list as CompletionList).items.length).catch(({ code }) => code) };
    });
    for (const { source } of requests.slice(0, -1)) source.cancel();
    const answers = await Promise.all(requests.map(({ answer }) => answer));
    expect(answers.at(-1)).toBe(2);
    // The first ones may have been answered before their cancellation was read.
    const late = answers.filter((answer) => answer !== 2);
    expect(late.length).toBeGreaterThan(0);
    expect(new Set(late)).toEqual(new Set([LSPErrorCodes.RequestCancelled]));
  });
});

describe('the way in', () => {
  it('is also Node’s own channel between processes', async () => {
    const child = fork(resolve(import.meta.dirname, '../../dist/server.js'), ['--node-ipc']);
    const ended = once(child, 'exit');
    const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    connection.listen();
    const { serverInfo } = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
    });
    expect(serverInfo?.name).toBe('srdeploy');
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    expect((await ended)[0]).toBe(0);
    connection.dispose();
  });
});

describe('the bundle', () => {
  it('that answers first is no larger than 220 KB, and the one that judges documents no larger than 240 KB', () => {
    const size = (name: string) => statSync(resolve(import.meta.dirname, '../../dist', name)).size;
    expect(size('server.js')).toBeLessThanOrEqual(220_000);
    expect(size('language-service.js')).toBeLessThanOrEqual(240_000);
  });
});
