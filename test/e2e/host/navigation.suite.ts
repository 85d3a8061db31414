import { deepEqual, match, ok, strictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { openFile, openText, replaceAll, until, workspaceFolder } from './files.ts';

const release = 'deployments/release-1.4.srdeploy';
const config = 'deploy-config.json';

const ask = <Answer>(command: string, ...words: readonly unknown[]): Thenable<Answer> =>
  vscode.commands.executeCommand<Answer>(command, ...words);

/** Inside of the nth occurrence of a text. */
function inside(document: vscode.TextDocument, words: string, nth = 0): vscode.Position {
  let offset = -1;
  for (let i = 0; i <= nth; i++) offset = document.getText().indexOf(words, offset + 1);
  ok(offset >= 0, `${words} stands in the document`);
  return document.positionAt(offset + 1);
}

const nameOf = (uri: vscode.Uri): string => uri.path.split('/').at(-1) ?? '';

describe('names in the editor', () => {
  let original: string;
  before(async () => {
    original = (await openFile(release)).getText();
  });
  afterEach(async () => {
    await vscode.workspace.saveAll();
  });
  after(async () => {
    await openText(release, original);
    await vscode.workspace.saveAll();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('lead from the plan to the connection in the deploy config, and from a script to its file', async () => {
    const document = await openFile(release);
    const definitionAt = (words: string) =>
      until(
        () => ask<vscode.Location[]>('vscode.executeDefinitionProvider', document.uri, inside(document, words)),
        ({ length }) => length > 0,
      );
    const [connection] = await definitionAt('shop_staging');
    const text = await openFile(config);
    ok(connection);
    strictEqual(nameOf(connection.uri), 'deploy-config.json');
    strictEqual(text.getText(connection.range), 'shop_staging');
    const [script] = await definitionAt('migrations/V0001');
    strictEqual(script && nameOf(script.uri), 'V0001__create_customers.sql');
  });

  it('are found in every document that uses them', async () => {
    const document = await openFile(config);
    const places = await until(
      () => ask<vscode.Location[]>('vscode.executeReferenceProvider', document.uri, inside(document, 'shop_staging')),
      ({ length }) => length >= 3,
    );
    deepEqual([...new Set(places.map(({ uri }) => nameOf(uri)))].sort(), [
      'deploy-config.json',
      'release-1.4.srdeploy',
    ]);
  });

  it('are changed in every document at once, and back', async () => {
    const document = await openFile(config);
    const text = document.getText();
    const rename = async (from: string, to: string) => {
      const edit = await ask<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        inside(document, from),
        to,
      );
      ok(await vscode.workspace.applyEdit(edit));
    };
    await rename('shop_staging', 'shop_test');
    const plan = await openFile(release);
    match(document.getText(), /"shop_test": \{ "backend": "sqlite"[\s\S]*"connection_ref": "shop_test"/);
    match(plan.getText(), /"connection_ref": "shop_test"/);
    match(document.getText(), /\/\/ Where the shop/);
    await rename('shop_test', 'shop_staging');
    strictEqual(document.getText(), text);
    strictEqual(plan.getText(), original);
  });

  it('are found by a question to the whole workspace', async () => {
    await openFile(release);
    const found = await until(
      () => ask<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'no_orph'),
      ({ length }) => length > 0,
    );
    deepEqual(
      found.map(({ name }) => name),
      ['no_orphans'],
    );
  });

  it('are coloured by what they stand for', async () => {
    const document = await openFile(release);
    const tokens = await until(
      () => ask<vscode.SemanticTokens | undefined>('vscode.provideDocumentSemanticTokens', document.uri),
      (found) => found !== undefined && found.data.length > 0,
    );
    strictEqual((tokens?.data.length ?? 1) % 5, 0);
  });

  it('of files are followed when a migration is renamed in the editor', async () => {
    const plan = await openFile(release);
    const at = (name: string) => vscode.Uri.file(join(workspaceFolder(), 'migrations', name));
    const move = async (from: string, to: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(at(from), at(to));
      ok(await vscode.workspace.applyEdit(edit));
    };
    await move('V0001__create_customers.sql', 'V0001__customers.sql');
    await until(
      () => plan.getText(),
      (text) => text.includes('"script": "migrations/V0001__customers.sql"'),
    );
    await move('V0001__customers.sql', 'V0001__create_customers.sql');
    await until(
      () => plan.getText(),
      (text) => text === original,
    );
  });
});

describe('the text of a document in the editor', () => {
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('is formatted, with its comments', async () => {
    const document = await openFile(config);
    const text = document.getText();
    await replaceAll(document, text.replaceAll(/^ +/gm, ''));
    const edits = await until(
      () =>
        ask<vscode.TextEdit[] | undefined>('vscode.executeFormatDocumentProvider', document.uri, {
          tabSize: 2,
          insertSpaces: true,
        }),
      (found) => found !== undefined && found.length > 0,
    );
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits ?? []);
    ok(await vscode.workspace.applyEdit(edit));
    strictEqual(document.getText(), text);
    await document.save();
  });

  it('folds, and is selected outwards', async () => {
    const document = await openFile(release);
    const folds = await until(
      () => ask<vscode.FoldingRange[] | undefined>('vscode.executeFoldingRangeProvider', document.uri),
      (found) => found !== undefined && found.length > 0,
    );
    const steps = document.positionAt(document.getText().indexOf('"steps"')).line;
    ok(folds?.some(({ start }) => start === steps));
    const [selection] = await ask<vscode.SelectionRange[]>('vscode.executeSelectionRangeProvider', document.uri, [
      inside(document, 'no_orphans'),
    ]);
    const texts: string[] = [];
    for (let next = selection; next && texts.length < 3; next = next.parent) texts.push(document.getText(next.range));
    ok(texts.includes('no_orphans') && texts.includes('"no_orphans"'), texts.join(' · '));
  });

  it('offers Plan, Run Deployment and Dry Run above the steps of a plan', async () => {
    const document = await openFile(release);
    const lenses = await until(
      () => ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10),
      ({ length }) => length >= 3,
    );
    const steps = document.positionAt(document.getText().indexOf('"steps"')).line;
    deepEqual(
      lenses.map(({ range, command }) => [range.start.line, command?.title]),
      ['Plan', 'Run Deployment', 'Dry Run'].map((title) => [steps, title]),
    );
  });

  it('is mended all at once where each mistake has one fix', async () => {
    const original = (await openFile(release)).getText();
    const document = await openText(release, original.replace('"orders"', '"customers"').replace('"non_empty"', '"x"'));
    const actions = await until(
      () =>
        ask<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          document.uri,
          new vscode.Range(0, 0, 0, 0),
          'source.fixAll.srdeploy',
        ),
      ({ length }) => length > 0,
    );
    const [action] = actions;
    ok(action?.edit && (await vscode.workspace.applyEdit(action.edit)));
    ok(!document.getText().includes('"id": "customers",\n      "name": "Create orders"'));
    await replaceAll(document, original);
    await document.save();
  });

  it('keeps the language that a person chooses for a deploy config', async () => {
    const document = await openText('other.deploy-config.json', '{ "groups": [] }\n');
    strictEqual(document.languageId, 'deploy-config');
    const chosen = await vscode.languages.setTextDocumentLanguage(document, 'json');
    strictEqual(chosen.languageId, 'json');
    await replaceAll(chosen, '{ "groups": [{ "name": "a", "order": 1, "deploy_command": "true" }] }\n');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === document.uri.toString());
    strictEqual(now?.languageId, 'json');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(document.uri);
  });
});
