import { deepEqual, ok, strictEqual } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { exampleText, type Mistake, mistakes } from '../../fixtures/plans/mistakes.ts';
import { diagnosticsOf, openFile, openText, replaceAll, until } from './files.ts';

const release = 'deployments/release-1.4.srdeploy';
const scripts = ['migrations/V0002__add_orders.sql', 'migrations/R0002__rollback.sql'];
/** With a connection that the workspace has, and that no other test counts. */
const inShop = (text: string) => text.replace('conn_staging', 'shop_postgres');

describe('plans in the editor', () => {
  before(async () => {
    for (const script of scripts) await openText(script, 'SELECT 1;\n');
  });

  for (const mistake of mistakes.slice(0, 8)) {
    it(`shows one problem for ${mistake.name}, and none once it is mended`, async () => {
      const document = await openText('deployments/mistake.srdeploy', inShop(mistake.text));
      await until(
        () => diagnosticsOf(document.uri).map(asMistake),
        (found) => found.length === 1 && found[0]?.message === mistake.message,
      );
      deepEqual(diagnosticsOf(document.uri).map(asMistake), [expected(mistake)]);
      await replaceAll(document, inShop(exampleText));
      await until(
        () => diagnosticsOf(document.uri).length,
        (count) => count === 0,
      );
      await document.save();
    });
  }

  it('has no problem in the example plan and its deploy config', async () => {
    const config = await openFile('deploy-config.json');
    const document = await openFile(release);
    // Something that comes from the server: after it, problems would be there.
    await symbolsOf(document);
    deepEqual(vscode.languages.getDiagnostics(document.uri), []);
    deepEqual(vscode.languages.getDiagnostics(config.uri), []);
  });

  it('completes step types and script paths', async () => {
    const document = await openFile(release);
    const types = await labelsAt(document, '"type": "', 'migration"');
    for (const type of ['migration', 'sql_check', 'backup', 'pause']) ok(types.includes(type), `${type} in ${types}`);
    const paths = await labelsAt(document, '"script": "', 'migrations/V0001');
    ok(
      paths.some((path) => path.includes('V0003__add_order_totals.sql')),
      String(paths),
    );
  });

  it('explains a key on hover', async () => {
    const document = await openFile(release);
    const hovers = await until(
      () => ask<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, positionOf(document, 'timeout_sec')),
      ({ length }) => length > 0,
    );
    const text = hovers.flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value));
    ok(/attempt/.test(text.join()), text.join());
  });

  it('lists checks and steps as the outline', async () => {
    const names = flat(await symbolsOf(await openFile(release))).map(({ name }) => name);
    for (const name of ['Back up the shop', 'Add order totals'])
      ok(
        names.some((one) => one.includes(name)),
        `${name} in ${names}`,
      );
  });

  it('links scripts and rollbacks to their files', async () => {
    const document = await openFile(release);
    const links = await until(
      () => ask<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri),
      ({ length }) => length > 0,
    );
    const targets = links.map(({ target }) => target?.path.split('/').at(-1));
    ok(targets.includes('V0003__add_order_totals.sql'), String(targets));
    ok(targets.includes('R0003__drop_order_totals.sql'), String(targets));
  });

  it('checks a plan outside of every folder of the window too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'srdeploy-alone-'));
    try {
      const file = join(folder, 'alone.srdeploy');
      await writeFile(file, exampleText.replace('"type": "migration"', '"type": "migratoin"'));
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      await vscode.window.showTextDocument(document);
      const found = await until(
        () => diagnosticsOf(document.uri),
        (all) => all.some(({ code }) => code === 'SCHEMA_UNKNOWN_TYPE'),
      );
      strictEqual(found.filter(({ code }) => code === 'SCHEMA_UNKNOWN_TYPE').length, 1);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('deploy configs in the editor', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srdeploy-configs-'));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });
  const group = { name: 'a', order: 1, deploy_command: 'true' };
  const open = async (name: string, value: unknown) => {
    const file = join(folder, name);
    await writeFile(file, `// Why.\n${JSON.stringify(value, undefined, 2)}\n`);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
    await vscode.window.showTextDocument(document);
    return document.uri;
  };
  const languageOf = (uri: vscode.Uri) =>
    vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString())?.languageId;

  it('have each of their mistakes shown once, and none for their comments', async () => {
    const uri = await open('shop.deploy-config.json', { groups: [group, { ...group, order: 2 }] });
    await until(
      () => diagnosticsOf(uri),
      (found) => found.length > 0,
    );
    deepEqual(
      diagnosticsOf(uri).map((one) => asMistake(one).code),
      ['C001'],
    );
  });

  it('are completed', async () => {
    const uri = await open('keys.deploy-config.json', { groups: [{ ...group, kind: 'build' }] });
    const document = await vscode.workspace.openTextDocument(uri);
    const kinds = await labelsAt(document, '"kind": "', 'build');
    ok(kinds.includes('migration') && kinds.includes('deploy'), String(kinds));
  });

  it('are told from other JSON by their schema or their groups, whatever they are called', async () => {
    const named = await open('by-schema.json', { $schema: './deploy-config.schema.json', groups: [group] });
    const shaped = await open('by-shape.json', { groups: [group] });
    const others = await open('others.json', { groups: [{ name: 'a' }] });
    for (const uri of [named, shaped])
      await until(
        () => languageOf(uri),
        (language) => language === 'deploy-config',
      );
    strictEqual(languageOf(others), 'json');
  });
});

type Found = Omit<Mistake, 'name' | 'text' | 'fix'>;

const expected = ({ code, line, column, endLine, endColumn, message }: Mistake): Found => ({
  code,
  line,
  column,
  endLine,
  endColumn,
  message,
});

const asMistake = ({ code, range: { start, end }, message }: vscode.Diagnostic): Found => ({
  code: String(typeof code === 'object' ? code.value : code),
  line: start.line + 1,
  column: start.character + 1,
  endLine: end.line + 1,
  endColumn: end.character + 1,
  message,
});

const ask = <Answer>(command: string, ...words: readonly unknown[]): Thenable<Answer> =>
  vscode.commands.executeCommand<Answer>(command, ...words);

/** The place of a text, or of what follows it. */
function positionOf(document: vscode.TextDocument, before: string, then = ''): vscode.Position {
  const at = document.getText().indexOf(before + then);
  ok(at >= 0, `${before}${then} stands in the document`);
  return document.positionAt(at + (then === '' ? 1 : before.length));
}

async function labelsAt(document: vscode.TextDocument, before: string, then: string): Promise<readonly string[]> {
  const position = positionOf(document, before, then);
  const { items } = await until(
    () => ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position),
    (list) => list.items.length > 0,
  );
  return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}

const symbolsOf = (document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> =>
  until(
    () => ask<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri),
    (symbols) => symbols !== undefined && symbols.length > 0,
  );

const flat = (symbols: readonly vscode.DocumentSymbol[]): readonly vscode.DocumentSymbol[] =>
  symbols.flatMap((symbol) => [symbol, ...flat(symbol.children)]);
