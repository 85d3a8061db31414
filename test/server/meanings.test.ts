import { describe, expect, it } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver/node';
import { documentFeatures as features } from '../../server/language-features.ts';
import { languageProject } from '../support/language-project.ts';

const plan = 'deployments/a.srdeploy';
const config = 'deploy-config.json';
const files: Readonly<Record<string, string>> = {
  [plan]: `{ "target_env": { "id": "live", "connection_ref": "pg" }, "steps": [
    { "id": "a", "type": "migration", "script": "m/V1__a.sql" }, { "id": "b", "type": "command", "command": "x \${env:HOST}" }] }`,
  [config]: `{
  "connections": {
    "pg": { "backend": "postgresql", "host": "db", "port": 5433, "database": "shop", "username": "me", "password": "\${secret:PW}" },
    "file": { "backend": "sqlite", "file": "data.db", "password": "hunter22" }
  },
  "targets": { "live": { "name": "Live", "kind": "production", "connection_ref": "pg" } },
  "environment": { "HOST": { "description": "Where it runs.", "default": "h1" }, "PW": { "secret": true, "default": "no" } },
  "databases": { "main": { "connection_ref": "file", "migrations": { "path": "x" } } },
  "groups": [
    { "name": "one", "file_patterns": ["x"], "depends_on": ["x"], "required_env_vars": ["x"], "deploy_command": "echo $OTHER" },
    { "name": "two", "connection_ref": "pg", "depends_on": ["one"] }
  ]
}`,
  'm/V1__a.sql': `-- The first.\nCREATE TABLE a (x int); -- ${'`'.repeat(4)}\n${'\n'.repeat(20)}SELECT 1;\n`,
  'db/V2__b.sql': '\\i other.sql\n',
};
const project = languageProject(files);

function offsetIn(file: string, words: string, nth = 0): number {
  let offset = -1;
  for (let i = 0; i <= nth; i++) offset = (files[file] ?? '').indexOf(words, offset + 1);
  expect(offset).toBeGreaterThanOrEqual(0);
  return offset + 1;
}

function hover(file: string, words: string, nth = 0): string {
  const position = project.text(file).positionAt(offsetIn(file, words, nth));
  const found = features.hover(project.document(file), { textDocument: { uri: '' }, position }, project.around);
  return (found?.contents as MarkupContent | undefined)?.value ?? '';
}

const proposed = (words: string, nth = 0): readonly string[] => {
  const position = project.text(config).positionAt(offsetIn(config, words, nth));
  return features
    .completion(project.document(config), { textDocument: { uri: '' }, position }, project.around)
    .items.map(({ label }) => label);
};

describe('the hover', () => {
  it('of a script shows its beginning and its checksum, whatever it holds', () => {
    const text = hover(plan, 'm/V1__a.sql');
    expect(text).toContain('**m/V1__a.sql**\n\n`````sql\n-- The first.\nCREATE TABLE a');
    expect(text).toContain('-- 12 more lines');
    expect(text).toMatch(/Checksum `[0-9a-f]{16}`$/);
  });

  it('of a connection says where it leads and where its password comes from, never the password', () => {
    expect(hover(plan, 'pg"')).toBe(
      '**Connection pg**  \npostgresql · `db:5433/shop`  \nUser: `me`  \nPassword: from `${secret:PW}`',
    );
    expect(hover(config, '"file": { "back')).toBe(
      '**Connection file**  \nsqlite · `data.db`  \nPassword: written here',
    );
  });

  it('of a target and of a variable says what they are and how to set them, never a secret', () => {
    expect(hover(plan, 'live')).toContain('kind: production');
    expect(hover(plan, 'HOST')).toContain(
      'Where it runs.  \nUnless it is set: `h1`  \nSet it with `srdeploy env set HOST`.',
    );
    expect(hover(config, 'PW')).toBe('**Secret PW**  \nSet it with `srdeploy env set PW --secret`.');
  });

  it('of everything else is what the schema says', () => {
    expect(hover(config, 'required_env_vars')).not.toBe('');
    expect(hover(config, '"one", "file')).not.toBe('');
  });
});

describe('the completion in a deploy config', () => {
  it('knows the connections wherever one is named', () => {
    expect(proposed('"pg", "depends_on"')).toEqual(expect.arrayContaining(['pg', 'file']));
    expect(proposed('"file", "migrations"')).toEqual(expect.arrayContaining(['pg', 'file']));
  });

  it('knows the other groups, the variables and the folders of scripts', () => {
    expect(proposed('"x"], "required')).toEqual(['two']);
    expect(proposed('"x"], "deploy')).toEqual(['HOST', 'PW', 'OTHER']);
    expect(proposed('"x"], "depends')).toEqual(['db/*.sql', 'm/*.sql']);
    expect(proposed('"x" } }')).toEqual(['db', 'm']);
  });
});
