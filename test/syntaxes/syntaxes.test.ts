import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkConfigText, checkPlanText } from '../../core/index.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(resolve(root, path), 'utf8'));

/** What the tester of grammars says of a marked file. A failed assertion ends it with an error. */
async function testGrammar(grammar: string, marked: string): Promise<string> {
  const words = ['node_modules/vscode-tmgrammar-test/dist/unit.js', '-g', grammar, '--config', 'package.json', marked];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { cwd: root });
  return stdout + stderr;
}

describe('the grammars', () => {
  it.each([
    ['plans', 'srdeploy.tmLanguage.json', 'plan.test.srdeploy'],
    ['deploy configs', 'deploy-config.tmLanguage.json', 'config.test.deploy-config'],
  ])('of %s scopes keys, values and what stands in them as the marked file says', async (_, grammar, file) => {
    // What it says proves that it found the file.
    expect(await testGrammar(`syntaxes/${grammar}`, `test/syntaxes/${file}`)).toContain(`${file} run success`);
  });
});

describe('the languages in package.json', () => {
  const { contributes } = read('package.json');

  it('names files that are there', () => {
    const ids = ['srdeploy', 'deploy-config'];
    expect(contributes.languages.map(({ id }: { id: string }) => id)).toEqual(ids);
    for (const { configuration } of contributes.languages) expect(read(configuration).brackets).toHaveLength(2);
    expect(contributes.grammars.map(({ path }: { path: string }) => read(path).scopeName)).toEqual(
      ids.map((id) => `source.${id}`),
    );
    expect(contributes.snippets.map(({ language }: { language: string }) => language)).toEqual(ids);
  });
});

/** A snippet as it is inserted when nothing is typed into it. */
const filled = (body: readonly string[]): string => {
  const text = body.join('\n').replace(/\\\$\{/g, '\u0000');
  const chosen = new Map([...text.matchAll(/\$\{(\d+)[:|]([^,|}]*)/g)].map(([, number, value]) => [number, value]));
  return text
    .replace(/\$\{(\d+)\}/g, (_, number) => chosen.get(number) ?? '')
    .replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, '$1')
    .replaceAll('${UUID}', '7d4f3c1e-2b5a-4c8d-9e6f-0a1b2c3d4e5f')
    .replace(/\$\{CURRENT_YEAR\}.*OFFSET\}/, '2026-02-05T12:00:00+01:00')
    .replaceAll('$0', '')
    .replaceAll('\\}', '}')
    .replaceAll('\u0000', '${');
};

describe('the snippets of plans', () => {
  const snippets: Record<string, { body: string[] }> = read('syntaxes/snippets/srdeploy.json');
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

describe('the snippets of deploy configs', () => {
  const snippets: Record<string, { body: string[] }> = read('syntaxes/snippets/deploy-config.json');
  const textOf = (name: string) => filled(snippets[name]?.body ?? []);

  it('make a whole config without any problem', () => {
    expect(checkConfigText('deploy-config.json', textOf('Deploy config')).problems).toEqual([]);
  });

  it.each(['Migration group', 'Command group', 'Build group'])('make a good %s', (name) => {
    const config = JSON.parse(textOf('Deploy config'));
    config.groups = [JSON.parse(textOf(name))];
    expect(checkConfigText('deploy-config.json', JSON.stringify(config)).problems).toEqual([]);
  });

  it('make a good target', () => {
    const config = JSON.parse(textOf('Deploy config'));
    config.targets = JSON.parse(`{${textOf('Target')}}`);
    expect(checkConfigText('deploy-config.json', JSON.stringify(config)).problems).toEqual([]);
  });
});
