import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver/node';
import { configRules } from '../../core/rules/find-config-problems.ts';
import { planRules } from '../../core/rules/find-problems.ts';
import { documentFeatures as features } from '../../server/language-features.ts';
import { fixedAll } from '../support/fix-all.ts';
import { expectBaseline } from '../support/fixtures/baseline.ts';
import { completionQuestions } from '../support/fixtures/completion-table.ts';
import { facets } from '../support/fixtures/facets.ts';
import { type FixtureDocument, fixedFileOf, fixtureCases } from '../support/fixtures/fixture-case.ts';
import { openFixture } from '../support/fixtures/fixture-project.ts';
import { foundIn } from '../support/fixtures/found-in.ts';
import { differenceOf } from '../support/fixtures/want-markers.ts';
import { type ServerUnderTest, spawnServer } from './spawn-server.ts';

const cases = fixtureCases();

describe.each(cases)('the workspace $name', (workspace) => {
  const { documents, tables, folder, hasBaselines } = workspace;

  it.each(documents)('has in $file what its markers want, and nothing else', async ({ file, text, wants }) => {
    const project = await openFixture(workspace);
    expect(differenceOf(wants, foundIn(project, file, text))).toEqual({ missing: [], unwanted: [] });
    expect(project.log).toEqual([]);
  });

  it.each(documents)('becomes in $file what the fixed text says', async ({ file, text, fixed }) => {
    const project = await openFixture(workspace);
    const after = fixedAll(text, (now) => project.document(file, now), project.around);
    if (after !== text) expectBaseline(join(folder, fixedFileOf(file)), after);
    else expect(fixed, 'Fixing changes nothing, so that there must be no fixed text.').toBeUndefined();
  });

  it.each(tables)('completes as the table $file says', async ({ file, marked }) => {
    const project = await openFixture(workspace);
    const questions = completionQuestions(marked);
    expect(questions).not.toEqual([]);
    const own = file.replace('.completion.', '.');
    for (const { title, text, caret, labels, isOpen } of questions) {
      const position = project.textDocument(own, text).positionAt(caret);
      const params = { textDocument: { uri: project.uri(own) }, position };
      const offered = features.completion(project.document(own, text), params, project.around);
      const all = offered.items.map(({ label }) => label);
      expect({ title, labels: isOpen ? all.slice(0, labels.length) : all }).toEqual({ title, labels });
    }
  });

  it.each(hasBaselines ? documents : [])('is in $file to the features what the baselines say', async (document) => {
    const project = await openFixture(workspace);
    for (const [facet, linesOf] of Object.entries(facets)) {
      const lines = linesOf(project, document.file, document.text);
      const name = document.file.replaceAll('/', '.');
      expectBaseline(join(folder, 'baselines', `${name}.${facet}.txt`), lines.map((line) => `${line}\n`).join(''));
    }
  });
});

describe('the workspaces together', () => {
  it('have a case for every rule and every finding about the form', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/reference/rules.md'), 'utf8');
    const family = /^\| `((?:P|C)\d{3}|(?:JSON|SCHEMA)_\w+|UNKNOWN_CONNECTION|UNKNOWN_RULE|RULE_FIXED)` \|/gm;
    const explained = [...page.matchAll(family)].map(([, code]) => code);
    const codes = new Set([...[...planRules, ...configRules].map(({ code }) => code), ...explained]);
    // The first is found when files are matched with the patterns, the second is told in a SQL file.
    for (const elsewhere of ['C003', 'P007']) codes.delete(elsewhere);
    const wanted = new Set(
      cases.flatMap(({ documents }) => documents).flatMap(({ wants }) => wants.map(({ code }) => code)),
    );
    expect(codes.size).toBeGreaterThan(30);
    expect([...codes].filter((code) => code !== undefined && !wanted.has(code))).toEqual([]);
  });

  it('have the same findings from the server in a process of its own', async () => {
    for (const workspace of cases) {
      const project = await openFixture(workspace);
      const server = await spawnServer(project.folder);
      try {
        for (const document of workspace.documents) await expectSame(server, project.folder, document);
        expect(server.log).toEqual([]);
      } finally {
        expect(await server.stop()).toBe(0);
      }
    }
  });
});

async function expectSame(
  server: ServerUnderTest,
  folder: string,
  { file, text, wants }: FixtureDocument,
): Promise<void> {
  const path = join(folder, file);
  const language = file.endsWith('.srdeploy') ? 'srdeploy' : 'deploy-config';
  const uri = await server.open(path, text, language);
  const wanted = wants.map(({ line, code }) => `${line} ${code}`).sort();
  const linesOf = (told: readonly Diagnostic[]) =>
    told.map(({ code, range }) => `${range.start.line + 1} ${code}`).sort();
  let lines = linesOf(await server.nextDiagnostics(uri));
  const end = Date.now() + 5_000;
  // What other files have to do with it is told once the workspace was looked through.
  while (String(lines) !== String(wanted) && Date.now() < end)
    lines = linesOf(await Promise.race([server.nextDiagnostics(uri), delay(5_000, [])]));
  expect(lines).toEqual(wanted);
}
