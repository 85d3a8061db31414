import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** What each folder may import, besides itself. The floor plan in CONTRIBUTING.md, as data. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  protocol: ['core'],
  parsers: ['core'],
  adapters: ['core'],
  runner: ['core', 'protocol', 'adapters', 'parsers'],
  cli: ['runner', 'core', 'protocol'],
  server: ['core', 'protocol', 'parsers'],
  client: ['core', 'protocol'],
  media: ['protocol'],
};

/** Floors of core from the ground up; each may import the floors before it. `generated` holds the validators that `read` uses. */
const floors = [
  'base',
  'model',
  'ports',
  'redact',
  'generated',
  'read',
  'rules',
  'plan',
  'gate',
  'lock',
  'run',
  'history',
  'report',
];

/** Packages that core may use; everything else is behind a port. */
const corePackages = ['jsonc-parser', 'yaml'];

/** Words of the outside world that core must not know. */
const impureWords = [
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bMath\.random\b/,
  /\bsetTimeout\b/,
  /\bsetInterval\b/,
  /\bconsole\./,
  /(?<![.\w])process\./,
  /\bglobalThis\b/,
  /\bfetch\(/,
];

interface Import {
  readonly from: string;
  readonly to: string;
}

const sources = Object.keys(mayImport).flatMap((folder) => filesBelow(join(root, folder)));
const imports = sources.flatMap(importsOf);

describe('the floor plan', () => {
  it('finds the sources it speaks about', () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(30);
  });

  it('lets folders import downwards only, and enter another folder by its face', () => {
    const wrong = imports
      .filter(({ from, to }) => isRelative(to) && !isAllowedBetweenFolders(from, to))
      .map(describeImport);
    expect(wrong).toEqual([]);
  });

  it('lets the floors of core import only the floors below them', () => {
    const wrong = imports.filter(({ from, to }) => isRelative(to) && breaksFloors(from, to)).map(describeImport);
    expect(wrong).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(cyclesIn(imports)).toEqual([]);
  });

  it('keeps core pure: no packages but the listed ones and no words of the outside world', () => {
    const foreign = imports
      .filter(({ from, to }) => folderOf(from) === 'core' && !isRelative(to) && !corePackages.includes(to))
      .map(describeImport);
    const impure = sources
      .filter((file) => folderOf(file) === 'core' && !file.includes(`${sep}generated${sep}`))
      .flatMap((file) => {
        const code = withoutComments(readFileSync(file, 'utf8'));
        return impureWords.filter((word) => word.test(code)).map((word) => `${shown(file)}: ${word.source}`);
      });
    expect([...foreign, ...impure]).toEqual([]);
  });

  it('keeps vscode in the client and Node out of the webviews', () => {
    const wrong = imports
      .filter(
        ({ from, to }) =>
          (to === 'vscode' && folderOf(from) !== 'client') || (to.startsWith('node:') && folderOf(from) === 'media'),
      )
      .map(describeImport);
    expect(wrong).toEqual([]);
  });

  it('keeps index.ts for faces and has no folder named after nothing', () => {
    const extra = sources
      .filter((file) => file.endsWith(`${sep}index.ts`) && relative(root, file).split(sep).length > 2)
      .map(shown);
    const vague = sources.map(shown).filter((file) => /\/(utils?|helpers?|common|misc|types)(\/|\.ts$)/.test(file));
    expect([...extra, ...vague]).toEqual([]);
  });

  it('has one mistake for each rule that it would catch', () => {
    const face = join(root, 'runner/run.ts');
    expect(isAllowedBetweenFolders(join(root, 'core/model/plan.ts'), '../../adapters/index.ts')).toBe(false);
    expect(isAllowedBetweenFolders(face, '../core/plan/make-plan.ts')).toBe(false);
    expect(isAllowedBetweenFolders(face, '../core/index.ts')).toBe(true);
    expect(breaksFloors(join(root, 'core/model/plan.ts'), '../run/run-plan.ts')).toBe(true);
    expect(
      cyclesIn([
        { from: join(root, 'a.ts'), to: './b.ts' },
        { from: join(root, 'b.ts'), to: './a.ts' },
      ]),
    ).toHaveLength(1);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

function importsOf(from: string): Import[] {
  const code = withoutComments(readFileSync(from, 'utf8'));
  const found = [
    ...code.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g,
    ),
  ];
  return found.map((match) => ({ from, to: (match[1] ?? match[2] ?? match[3]) as string }));
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

const isRelative = (to: string): boolean => to.startsWith('.');
const folderOf = (file: string): string => relative(root, file).split(sep)[0] as string;
const shown = (file: string): string => relative(root, file).split(sep).join('/');
const describeImport = ({ from, to }: Import): string => `${shown(from)} imports ${to}`;

function isAllowedBetweenFolders(from: string, to: string): boolean {
  const target = resolve(dirname(from), to);
  const [here, there] = [folderOf(from), folderOf(target)];
  if (here === there) return true;
  // The lazy half of the extension is loaded by its bundled name.
  if (shown(from) === 'client/extension.ts' && to === './client.js') return true;
  return (mayImport[here] ?? []).includes(there) && shown(target) === `${there}/index.ts`;
}

function breaksFloors(from: string, to: string): boolean {
  const target = resolve(dirname(from), to);
  if (folderOf(from) !== 'core' || folderOf(target) !== 'core' || shown(from) === 'core/index.ts') return false;
  const floorOf = (file: string) => floors.indexOf(shown(file).split('/')[1] as string);
  return floorOf(target) === -1 || floorOf(target) > floorOf(from);
}

function cyclesIn(edges: readonly Import[]): string[][] {
  const graph = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (isRelative(to)) graph.set(from, [...(graph.get(from) ?? []), resolve(dirname(from), to)]);
  }
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].map(shown));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}
