import { deepEqual, ok, strictEqual } from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../../client/names.ts';
import { openFile, until } from './files.ts';

const extension = (): vscode.Extension<unknown> => {
  const found = vscode.extensions.getExtension('scratchrobin.srdeploy');
  if (!found) throw new Error('The extension is not there.');
  return found;
};

describe('the extension', () => {
  it('is there, in a window with the workspace that was asked for', () => {
    strictEqual(extension().packageJSON.displayName, 'ScratchRobin Deploy');
    strictEqual(vscode.workspace.workspaceFolders?.length, 1);
  });

  it('is active in a workspace that has plans', async () => {
    await until(
      () => extension().isActive,
      (isActive) => isActive,
    );
  });

  it('has registered every command', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    deepEqual(
      Object.values(commandIds).filter((id) => !known.has(id)),
      [],
    );
  });

  it('gives plans and deploy configs a language each', async () => {
    strictEqual((await openFile('deployments/release-1.4.srdeploy')).languageId, 'srdeploy');
    strictEqual((await openFile('deploy-config.json')).languageId, 'deploy-config');
  });

  it('adds a grammar for each language', () => {
    const { grammars } = extension().packageJSON.contributes;
    deepEqual(
      grammars.map(({ language, scopeName }: Record<string, string>) => [language, scopeName]),
      [
        ['srdeploy', 'source.srdeploy'],
        ['deploy-config', 'source.deploy-config'],
      ],
    );
  });

  it('keeps its language client out of what is loaded at start', async () => {
    const entry = vscode.Uri.joinPath(extension().extensionUri, 'dist/extension.js');
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(entry));
    ok(!text.includes('LanguageClient'));
    ok(text.length <= 60_000, `extension.js has ${text.length} characters`);
  });
});
