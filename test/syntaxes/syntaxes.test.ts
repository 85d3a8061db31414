import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkPlanText } from '../../core/index.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(resolve(root, path), 'utf8'));

describe('the grammar of plans', () => {
  it('scopes keys, types, values and SQL as the marked file says', async () => {
    const run = promisify(execFile)(
      process.execPath,
      [
        'node_modules/vscode-tmgrammar-test/dist/unit.js',
        '-g',
        'syntaxes/srdeploy.tmLanguage.json',
        '--config',
        'package.json',
        'test/syntaxes/*.test.srdeploy',
      ],
      { cwd: root },
    );
    // A failed assertion ends the command with an error; what it says proves that it found the file.
    const { stdout, stderr } = await run;
    expect(stdout + stderr).toContain('test/syntaxes/plan.test.srdeploy run success');
  });
});

describe('the language in package.json', () => {
  const { contributes } = read('package.json');

  it('names files that are there', () => {
    const [language] = contributes.languages;
    expect(language.id).toBe('srdeploy');
    expect(read(language.configuration).brackets).toHaveLength(2);
    expect(contributes.grammars.map(({ path }: { path: string }) => read(path).scopeName)).toEqual(['source.srdeploy']);
    expect(contributes.snippets.map(({ language: id }: { language: string }) => id)).toEqual(['srdeploy']);
  });
});

describe('the snippets', () => {
  const snippets: Record<string, { body: string[] }> = read('syntaxes/snippets/srdeploy.json');

  /** A snippet as it is inserted when nothing is typed into it. */
  const filled = (body: readonly string[]): string =>
    body
      .join('\n')
      .replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/g, '$1')
      .replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, '$1')
      .replaceAll('${UUID}', '7d4f3c1e-2b5a-4c8d-9e6f-0a1b2c3d4e5f')
      .replace(/\$\{CURRENT_YEAR\}.*OFFSET\}/, '2026-02-05T12:00:00+01:00')
      .replaceAll('$0', '')
      .replaceAll('\\}', '}');

  const facts = { scriptAt: () => 'present' as const, scripts: () => [] };

  it('make a whole plan without any problem', () => {
    expect(checkPlanText('x.srdeploy', filled(snippets['Deployment plan']?.body ?? []), facts).problems).toEqual([]);
  });

  it.each(['Migration step', 'SQL check step', 'Backup step', 'Pause step'])('make a good %s', (name) => {
    const plan = JSON.parse(filled(snippets['Deployment plan']?.body ?? []));
    plan.steps = [JSON.parse(filled(snippets[name]?.body ?? []))];
    expect(checkPlanText('x.srdeploy', JSON.stringify(plan), facts).problems).toEqual([]);
  });
});
