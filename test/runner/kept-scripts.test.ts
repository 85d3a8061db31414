import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHasher } from '../../adapters/index.ts';
import { createRedactor, type Plan } from '../../core/index.ts';
import { keepScripts, keptScript, scriptDifference, scriptDifferences } from '../../runner/index.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hasher = createHasher();
const redactor = createRedactor(['s3cret-word']);
const checksum = (text: string) => hasher.sha256(text.replaceAll('\r\n', '\n'));
const planOf = (scripts: Readonly<Record<string, string>>): Plan =>
  ({
    operations: Object.entries(scripts).map(([path, text]) => ({
      type: 'migration',
      script: { path, checksum: checksum(text) },
    })),
  }) as unknown as Plan;

describe('the texts of scripts as they were planned', () => {
  it('are kept by checksum, for this user alone, with secrets masked and CRLF as LF', async () => {
    const folder = await temporaryFolder();
    const scripts = {
      'm/V1.sql': "CREATE ROLE a PASSWORD 's3cret-word';\r\n",
      'm/V2.sql': 'SELECT 2;\n',
      'm/V3.sql': "SELECT '\u2028\u2029';",
    };
    await keepScripts(folder, planOf(scripts), { world: { files: fakeFiles(scripts), hasher }, redactor });
    expect(await keptScript(folder, checksum(scripts['m/V1.sql']))).toBe("CREATE ROLE a PASSWORD '***';\n");
    expect(await keptScript(folder, checksum(scripts['m/V2.sql']))).toBe('SELECT 2;\n');
    expect(await keptScript(folder, checksum(scripts['m/V3.sql']))).toBe(scripts['m/V3.sql']);
    expect((await stat(join(folder, 'scripts.jsonl'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'scripts.jsonl'), 'utf8')).not.toContain('s3cret-word');
  });

  it('are kept of a thousand scripts, and only the new ones the second time', async () => {
    const folder = await temporaryFolder();
    const scripts = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => [`m/V${i}.sql`, `SELECT ${i};\n${'-- words\n'.repeat(200)}`]),
    );
    const files = fakeFiles(scripts);
    await keepScripts(folder, planOf(scripts), { world: { files, hasher }, redactor });
    files.contents.clear();
    files.contents.set('m/V1.sql', 'SELECT one;\n');
    await keepScripts(folder, planOf({ ...scripts, 'm/V1.sql': 'SELECT one;\n' }), {
      world: { files, hasher },
      redactor,
    });
    const lines = (await readFile(join(folder, 'scripts.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
    expect(lines).toHaveLength(1_001);
    expect(await keptScript(folder, checksum('SELECT one;\n'))).toBe('SELECT one;\n');
  });

  it('are not kept where the file is not what was planned any more', async () => {
    const folder = await temporaryFolder();
    const world = { files: fakeFiles({ 'm/V1.sql': 'SELECT 2;' }), hasher };
    await keepScripts(folder, planOf({ 'm/V1.sql': 'SELECT 1;', 'm/V2.sql': 'gone' }), { world, redactor });
    expect(await keptScript(folder, checksum('SELECT 1;'))).toBeUndefined();
    expect(await keptScript(folder, checksum('SELECT 2;'))).toBeUndefined();
  });

  it('survive a line that was cut off, which alone is lost', async () => {
    const folder = await temporaryFolder();
    const scripts = { 'm/V1.sql': 'SELECT 1;', 'm/V2.sql': 'SELECT 2;' };
    const keeping = { world: { files: fakeFiles(scripts), hasher }, redactor };
    await keepScripts(folder, planOf(scripts), keeping);
    const file = join(folder, 'scripts.jsonl');
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, -9));
    expect(await keptScript(folder, checksum('SELECT 2;'))).toBeUndefined();
    await keepScripts(folder, planOf(scripts), keeping);
    expect(await keptScript(folder, checksum('SELECT 1;'))).toBe('SELECT 1;');
    expect(await keptScript(folder, checksum('SELECT 2;'))).toBe('SELECT 2;');
  });
});

describe('the difference of a mended script', () => {
  it('is a unified difference with the lines around', () => {
    expect(scriptDifference('m/V1.sql', 'a\nb\nc\n', 'a\nB\nc\n').unified).toBe(
      '--- m/V1.sql\tas planned\n+++ m/V1.sql\tnow\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n',
    );
  });

  it('is not known where the text that was planned was not kept', () => {
    expect(scriptDifference('m/V1.sql', undefined, 'a\n')).toEqual({ script: 'm/V1.sql', unified: undefined });
  });

  it('takes out all and puts in all where next to nothing stayed, without thinking for long', () => {
    const lines = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word} ${i}\n`).join('');
    const begun = performance.now();
    const unified = scriptDifference('m/V1.sql', lines('old'), lines('new')).unified ?? '';
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(unified).toContain('@@ -1,20000 +1,20000 @@\n-old 0\n');
    expect(unified.endsWith('+new 19999\n')).toBe(true);
  });

  it('masks secrets in the text as it is now', async () => {
    const folder = await temporaryFolder();
    const before = "CREATE ROLE a PASSWORD 's3cret-word'\n";
    const files = fakeFiles({ 'm/V1.sql': before });
    await keepScripts(folder, planOf({ 'm/V1.sql': before }), { world: { files, hasher }, redactor });
    files.contents.set('m/V1.sql', "CREATE ROLE b PASSWORD 's3cret-word';\n");
    const amendment = { operation: 's1', script: 'm/V1.sql', before: checksum(before), after: checksum('') } as never;
    const store = { folder: () => folder };
    const [difference] = await scriptDifferences([amendment], { run: 'r' as never, store, world: { files }, redactor });
    expect(difference?.unified).toContain("-CREATE ROLE a PASSWORD '***'\n+CREATE ROLE b PASSWORD '***';\n");
  });
});
