import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

interface Reference {
  readonly generatedPages: readonly string[];
  readonly writeReference: (folder: string) => Promise<void>;
}

describe('the reference', () => {
  it('says what the product says: its generated pages are up to date', async () => {
    const script = new URL('../../scripts/reference.mjs', import.meta.url).href;
    const { generatedPages, writeReference }: Reference = await import(script);
    const folder = await mkdtemp(join(tmpdir(), 'srdeploy-reference-'));
    try {
      await writeReference(folder);
      for (const page of generatedPages) {
        const fresh = await readFile(join(folder, page), 'utf8');
        expect(await read(`docs/reference/${page}`), `node scripts/reference.mjs writes ${page} anew`).toBe(fresh);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('explains every code that a person can meet, and no code that does not exist', async () => {
    const sources = await sourcesOf(['core', 'runner', 'cli', 'parsers']);
    const pages = (
      await Promise.all(['rules', 'danger-rules', 'json-output'].map((page) => read(`docs/reference/${page}.md`)))
    ).join('\n');
    const explained = new Set([...pages.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)`/g)].map(([, code]) => code));
    const used = new Set(codesIn(sources));
    expect([...used].filter((code) => !explained.has(code))).toEqual([]);
    const rows = [...pages.matchAll(/^\| (`[A-Z][^|]*) \|/gm)].flatMap(([, cell = '']) => [
      ...cell.matchAll(/`(\w+)`/g),
    ]);
    expect(rows.map(([, code]) => code).filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });

  it('lists every event of a run', async () => {
    const model = await read('core/model/run.ts');
    const events = model.slice(model.indexOf('type RunEventBody'), model.indexOf('type RunEvent ='));
    const types = [...events.matchAll(/readonly type: '([a-z.-]+)'/g)].map(([, type]) => type);
    const page = await read('docs/reference/run-events.md');
    expect(types.length).toBeGreaterThan(15);
    expect(types.filter((type) => !page.includes(`| \`${type}\` |`))).toEqual([]);
  });

  it('lists every setting of the extension with its default', async () => {
    const manifest = JSON.parse(await read('package.json'));
    const settings: [string, { default: unknown }][] = Object.entries(manifest.contributes.configuration.properties);
    for (const page of ['README.md', 'docs/editor.md']) {
      const text = await read(page);
      for (const [name, { default: value }] of settings) {
        const shown = typeof value === 'string' ? value : JSON.stringify(value);
        expect(text, page).toContain(`| \`${name}\` | \`${shown}\` |`);
      }
    }
  });
});

async function sourcesOf(folders: readonly string[]): Promise<string> {
  const texts = folders.map(async (folder) => {
    const files = await readdir(join(root, folder), { recursive: true });
    const ours = files.filter((file) => file.endsWith('.ts') && !file.includes('generated'));
    return (await Promise.all(ours.map((file) => read(join(folder, file))))).join('\n');
  });
  return (await Promise.all(texts)).join('\n');
}

function codesIn(sources: string): readonly string[] {
  const forms = [
    /\bcode: '([A-Z][A-Z0-9_]+)'/g,
    /\b(?:refuse|refusal|problem|unplacedProblem|inputFailure)\(\s*'([A-Z][A-Z0-9_]+)'/g,
    /\bproblemAt\([^;]*?'([A-Z][A-Z0-9]*_[A-Z0-9_]+)'/g,
  ];
  return forms.flatMap((form) => [...sources.matchAll(form)].map(([, code = '']) => code));
}
