import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProcesses } from '../../../adapters/index.ts';
import { findKey } from '../../../adapters/target-variables/find-key.ts';
import { runKeyCommand } from '../../../adapters/target-variables/key-command.ts';
import { makeKeyFile, projectKeyFile, readKeyFile } from '../../../adapters/target-variables/key-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const processes = createProcesses();
const newKey = () => randomBytes(32).toString('base64');
const variables = (env: Record<string, string>) => ({ env: (name: string) => env[name] || undefined });

async function place() {
  const project = await temporaryFolder();
  const home = await temporaryFolder();
  const find = (env: Record<string, string> = {}) =>
    findKey({ project, processes, variables: variables({ XDG_CONFIG_HOME: home, ...env }) });
  const keyFile = async (text: string, mode = 0o600) => {
    const file = join(home, `key-${randomBytes(4).toString('hex')}`);
    await writeFile(file, text);
    await chmod(file, mode);
    return file;
  };
  return { project, home, find, keyFile };
}
const bytes = (found: Awaited<ReturnType<typeof findKey>>) =>
  found.type === 'key' ? Buffer.from(found.key).toString('base64') : found;

describe('the key of a project', () => {
  it('is that of the variable, else of the file, else of the command, else of its own file', async () => {
    const { project, home, find, keyFile } = await place();
    const [text, inFile, printed] = [newKey(), newKey(), newKey()];
    const own = await projectKeyFile(project, variables({ XDG_CONFIG_HOME: home }));
    expect(await find()).toEqual({ type: 'none', file: own });
    await makeKeyFile(own);
    const command = { SRDEPLOY_KEY_COMMAND: `printf '%s\\n' ${printed}; echo noise >&2` };
    const file = { SRDEPLOY_KEY_FILE: await keyFile(`${inFile}\n`) };
    expect(bytes(await find({ ...command, ...file, SRDEPLOY_KEY: text }))).toBe(text);
    expect(bytes(await find({ ...command, ...file }))).toBe(inFile);
    expect(bytes(await find(command))).toBe(printed);
    expect(`${bytes(await find())}\n`).toBe(await readFile(own, 'utf8'));
  });

  it('is refused where a place that is named holds none: no other place is looked at instead', async () => {
    const { find, keyFile, home } = await place();
    const good = { SRDEPLOY_KEY_COMMAND: `echo ${newKey()}` };
    for (const [env, why] of [
      [{ SRDEPLOY_KEY: 'password' }, 'does not hold 32 bytes'],
      [{ SRDEPLOY_KEY_FILE: join(home, 'nothing') }, 'does not exist'],
      [{ SRDEPLOY_KEY_FILE: home }, 'can be read by other users|cannot be read'],
      [{ SRDEPLOY_KEY_FILE: await keyFile('') }, 'does not hold 32 bytes'],
      [{ SRDEPLOY_KEY_FILE: await keyFile(newKey(), 0o640) }, 'can be read by other users .mode 640.*chmod 600'],
      [{ SRDEPLOY_KEY_FILE: await keyFile(newKey(), 0o604) }, 'can be read by other users'],
      [{ SRDEPLOY_KEY_COMMAND: 'echo key-that-is-none; exit 3' }, 'failed with exit code 3'],
      [{ SRDEPLOY_KEY_COMMAND: 'true' }, 'does not hold 32 bytes'],
    ] as const)
      expect(await find({ ...good, ...env })).toMatchObject({ type: 'bad', why: expect.stringMatching(why) });
  });

  it('can come through a pipe, and through a link to a file of this user alone', async () => {
    const { home, find, keyFile } = await place();
    const text = newKey();
    const pipe = join(home, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    const written = writeFile(pipe, text);
    expect(bytes(await find({ SRDEPLOY_KEY_FILE: pipe }))).toBe(text);
    await written;
    await symlink(await keyFile(text), join(home, 'link'));
    expect(bytes(await find({ SRDEPLOY_KEY_FILE: join(home, 'link') }))).toBe(text);
  });

  it('is made once by any number of processes, whole, for this user alone, and never over another', async () => {
    const { project, home } = await place();
    const file = await projectKeyFile(project, variables({ XDG_CONFIG_HOME: home }));
    const made = await Promise.all(Array.from({ length: 20 }, () => makeKeyFile(file)));
    expect(made.filter((one) => one === 'made')).toHaveLength(1);
    const text = await readFile(file, 'utf8');
    expect(await makeKeyFile(file)).toBe('there');
    expect(await readFile(file, 'utf8')).toBe(text);
    expect([(await stat(file)).mode & 0o777, (await stat(dirname(file))).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await readKeyFile(file)).toEqual({ type: 'text', text });
  });

  it('goes by the real path of the project, so that a link to it has the same', async () => {
    const { project, home } = await place();
    const env = variables({ XDG_CONFIG_HOME: home });
    await symlink(project, join(home, 'project'));
    const file = await projectKeyFile(project, env);
    expect(await projectKeyFile(join(home, 'project'), env)).toBe(file);
    expect(file).toMatch(/\/srdeploy\/keys\/[0-9a-f]{64}$/);
    await mkdir(join(project, 'inner'));
    expect(await projectKeyFile(join(project, 'inner'), env)).not.toBe(file);
    const elsewhere = await projectKeyFile(project, variables({ XDG_CONFIG_HOME: 'relative' }));
    expect(elsewhere).toMatch(/\/\.config\/srdeploy\/keys\/[0-9a-f]{64}$/);
  });
});

describe('the command that prints a key', () => {
  it('is ended with all that it started when it takes too long', async () => {
    const folder = await temporaryFolder();
    const ran = await runKeyCommand('echo $$ > pid; sleep 600 & wait', folder, processes, 300);
    expect(ran).toEqual({ type: 'refused', why: 'took longer than 0.3 seconds' });
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('tells nothing of what it printed where it failed', async () => {
    const ran = await runKeyCommand('echo hunter2; echo hunter2 >&2; kill -9 $$', await temporaryFolder(), processes);
    expect(ran).toEqual({ type: 'refused', why: 'was ended by SIGKILL' });
  });
});
