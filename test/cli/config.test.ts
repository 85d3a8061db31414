import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FindingView } from '../../protocol/index.ts';
import { srdeploy, srdeployJson } from '../support/srdeploy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'deploy-config.json');
});

const good = `// The shop's databases.
{
  "project": "shop", // never changed
  "connections": {},
}
`;
const wrong = good.replace('{}', '{ "a": { "backend": "sqlite" } }');

interface Answer {
  readonly error?: { readonly code: string; readonly problems?: readonly FindingView[] };
  readonly config?: unknown;
  readonly file?: string;
  readonly files?: readonly { readonly file: string; readonly findings: readonly FindingView[] }[];
}

const config = (...words: readonly string[]) => srdeploy(['config', ...words], { cwd: folder });
const answer = (...words: readonly string[]) => srdeployJson<Answer>(['config', ...words], { cwd: folder });

/** A program that changes the file it is given as an editor would. */
async function editor(script: string): Promise<string> {
  const program = join(folder, 'my editor.sh');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  return `'${program}'`;
}

const edit = (env: NodeJS.ProcessEnv, ...words: readonly string[]) =>
  srdeploy(['config', 'edit', ...words], { cwd: folder, env: { VISUAL: '', EDITOR: '', ...env } });

describe('srdeploy config show', () => {
  it.each([
    ['good', good],
    ['wrong', wrong],
    ['no JSON', 'mine'],
  ])('prints the config as it stands, also one that is %s', async (_what, text) => {
    await writeFile(file, text);
    expect(await config('show')).toMatchObject({ code: 0, stdout: text });
  });

  it('prints what it says as JSON', async () => {
    await writeFile(file, good);
    expect(await answer('show')).toEqual({
      code: 0,
      json: { v: 1, file: 'deploy-config.json', config: { project: 'shop', connections: {} } },
    });
  });

  it('says where a config is no JSON, instead of guessing what it says', async () => {
    await writeFile(file, '{ "project": }');
    const { code, json } = await answer('show');
    expect({ code, json }).toMatchObject({ code: 7, json: { error: { code: 'VALIDATION_FAILED' } } });
    expect(json.error?.problems?.map((problem) => problem.code)).toEqual(['JSON_SYNTAX']);
  });

  it('finds the config of the project that a folder belongs to', async () => {
    await writeFile(join(folder, 'shop.deploy-config.json'), good);
    const { json } = await srdeployJson<Answer>(['config', 'show', '--project', folder], { cwd: '/' });
    expect(json.file).toBe('shop.deploy-config.json');
  });
});

describe('srdeploy config validate', () => {
  it('gives the verdict of validate', async () => {
    for (const text of [good, wrong, '{']) {
      await writeFile(file, text);
      expect(await answer('validate')).toEqual(await srdeployJson(['validate', 'deploy-config.json'], { cwd: folder }));
    }
    expect((await config('validate')).code).toBe(7);
  });
});

describe('srdeploy config edit', () => {
  it('opens the config in the editor of VISUAL, then of EDITOR, with arguments, and checks it', async () => {
    await writeFile(file, good);
    const words = await editor('sed -i.bak "s/shop/$1/" "$2"');
    const edited = await edit({ EDITOR: `${words} store` });
    expect(edited).toMatchObject({ code: 0, stdout: expect.stringContaining('ok deploy-config.json') });
    expect(await readFile(file, 'utf8')).toContain('"project": "store"');
    await edit({ VISUAL: `${words} one`, EDITOR: `${words} two` });
    expect(await readFile(file, 'utf8')).toContain('"project": "store"');
    await writeFile(file, good);
    await edit({ VISUAL: `${words} one`, EDITOR: `${words} two` });
    expect(await readFile(file, 'utf8')).toContain('"project": "one"');
  });

  it('leaves what was written as it is and says what is wrong with it', async () => {
    await writeFile(file, good);
    const env = { VISUAL: await editor(`cat > "$1" <<'END'\n${wrong}END`) };
    const edited = await edit(env);
    expect(edited.code).toBe(7);
    expect(edited.stdout).toContain('deploy-config.json:4:20: error SCHEMA_MISSING');
    expect(await readFile(file, 'utf8')).toBe(wrong);
  });

  it('mends a config that is no JSON', async () => {
    await writeFile(file, 'mine');
    expect((await edit({ VISUAL: await editor(`printf '{}' > "$1"`) })).code).toBe(0);
  });

  it('keeps what the editor writes apart from its JSON', async () => {
    await writeFile(file, good);
    const { code, stdout, stderr } = await edit({ VISUAL: await editor('echo "one line"') }, '--json');
    expect({ code, json: JSON.parse(stdout) as Answer }).toEqual({
      code: 0,
      json: { v: 1, files: [{ file: 'deploy-config.json', findings: [] }] },
    });
    expect(stderr).toContain('one line');
  });

  it.each<[string, string | undefined, string, number]>([
    ['no editor is chosen', undefined, 'NO_EDITOR', 7],
    ['the editor fails', 'exit 3', 'EDITOR_FAILED', 8],
    ['the editor is killed', 'kill -9 $$', 'EDITOR_FAILED', 8],
  ])('says so where %s', async (_what, script, code, exit) => {
    await writeFile(file, good);
    const env = script === undefined ? {} : { VISUAL: await editor(script) };
    const ended = await edit(env, '--json');
    expect(ended.code).toBe(exit);
    expect((JSON.parse(ended.stdout) as Answer).error?.code).toBe(code);
    expect(await readFile(file, 'utf8')).toBe(good);
  });
});

describe('a project without a config', () => {
  it.each(['show', 'validate', 'edit'])('makes config %s say how to begin one', async (verb) => {
    const ended = await srdeployJson<Answer>(['config', verb], { cwd: folder, env: { VISUAL: 'true' } });
    expect(ended).toMatchObject({
      code: 7,
      json: { error: { code: 'NO_CONFIG', message: expect.stringContaining('srdeploy init') } },
    });
  });
});
