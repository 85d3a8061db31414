import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver/node';
import { documentFeatures as features } from '../../server/language-features.ts';
import { languageProject } from '../support/language-project.ts';

const config = 'deploy-config.json';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'srdeploy-hover-'));
  for (const path of ['functions/_shared/index.ts', 'functions/greet/index.ts', 'functions/welcome/index.ts']) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
});
afterEach(() => rmSync(root, { recursive: true }));

/** What is said over the word `deploy` of the command of the only group. */
function said(deploy_command: unknown, more: object = {}, group: object = {}): string {
  const file_patterns = ['functions/{function_name}/index.ts'];
  const text = JSON.stringify(
    { ...more, groups: [{ name: 'a', file_patterns, deploy_command, ...group }] },
    undefined,
    2,
  );
  const project = languageProject({ [config]: text }, {}, root);
  const position = project.text(config).positionAt(text.indexOf('deploy', text.indexOf('"deploy_command"') + 16));
  const params = { textDocument: { uri: project.uri(config) }, position };
  const hover = features.hover(project.document(config), params, project.around);
  return ((hover?.contents ?? { value: '' }) as MarkupContent).value;
}

describe('the hover of a command', () => {
  it('shows what it runs as for the first file of its group, which none is that begins with _', () => {
    const shown = said('deploy {function_name} --from "{dir}/x" "{file}"');
    expect(shown).toContain('for `functions/greet/index.ts`, the first file of `functions/{function_name}/index.ts`');
    expect(shown).toContain('```sh\ndeploy greet --from "functions/greet/x" functions/greet/index.ts\n```');
    expect(said(['deploy', '{file}', 'a b'])).toContain('```sh\ndeploy functions/greet/index.ts "a b"\n```');
    expect(said('deploy {file}', {}, { working_directory: 'functions' })).toContain('\ndeploy greet/index.ts\n');
  });

  it('quotes what a shell would read', () => {
    mkdirSync(join(root, 'functions/a $b'));
    writeFileSync(join(root, 'functions/a $b/index.ts'), '');
    expect(said('deploy {function_name}')).toContain('\ndeploy "a \\$b"\n');
  });

  it('tells the values of its variables, the usual one and those of targets, and masks secrets', () => {
    const environment = { REGION: 'eu', API_KEY: { secret: true, default: 'abcdef' }, OTHER: 'x' };
    const targets = { live: { environment: { REGION: 'us', DB_PASSWORD: 'hunter2' } } };
    const shown = said('deploy $REGION $API_KEY $DB_PASSWORD {name}', { environment, targets });
    expect(shown).toContain('`$REGION` is `eu`, on live `us`');
    expect(shown).toContain('`$API_KEY` is `***`');
    expect(shown).toContain('`$DB_PASSWORD` is on live `***`');
    expect(shown).not.toMatch(/abcdef|hunter2|OTHER/);
  });

  it('leaves the word to the schema where no file matches or a placeholder has no value', () => {
    for (const shown of [said('deploy {file}', {}, { file_patterns: ['else/*.ts'] }), said('deploy {filee}')])
      expect(shown).toMatch(/^\*\*(?!Runs as)/);
  });
});
