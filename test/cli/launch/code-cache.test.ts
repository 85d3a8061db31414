import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCodeCache } from '../../../cli/launch/code-cache.ts';
import { cliBundle } from '../../support/srdeploy.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'srd-code-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const program = (text: string) => Buffer.from(text);

describe('the cache of compiled code', () => {
  it('gives back what was kept for the same text, and nothing for another', () => {
    const folder = join(home, 'code');
    expect(openCodeCache(folder, program('a')).read()).toBeUndefined();
    openCodeCache(folder, program('a')).write(Buffer.from('compiled'));
    expect(openCodeCache(folder, program('a')).read()?.toString()).toBe('compiled');
    expect(openCodeCache(folder, program('b')).read()).toBeUndefined();
  });

  it('keeps the newest few and leaves nothing half written', () => {
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) openCodeCache(home, program(text)).write(Buffer.from(text));
    expect(readdirSync(home)).toHaveLength(4);
    expect(openCodeCache(home, program('f')).read()?.toString()).toBe('f');
  });

  it('does without a folder that cannot be', () => {
    writeFileSync(join(home, 'file'), '');
    const cache = openCodeCache(join(home, 'file', 'code'), program('a'));
    expect(() => cache.write(Buffer.from('x'))).not.toThrow();
    expect(cache.read()).toBeUndefined();
  });

  it('is used by the command line, which starts as well from one that is damaged, and without any', () => {
    const version = (env: NodeJS.ProcessEnv) =>
      execFileSync(process.execPath, [cliBundle, '--version'], { env: { ...process.env, ...env }, encoding: 'utf8' });
    const env = { XDG_CACHE_HOME: home, HOME: home };
    const said = version({ NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(said).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(readdirSync(home)).toEqual([]);
    expect([version(env), version(env)]).toEqual([said, said]);
    const [file = ''] = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.bin'),
    );
    const data = readFileSync(join(home, file));
    writeFileSync(join(home, file), data.subarray(0, data.length / 2));
    expect(version(env)).toBe(said);
  });
});
