import { posix } from 'node:path';
import {
  type Backend,
  backendNamed,
  compareVersions,
  dialectOf,
  includedPath,
  itemsOf,
  migrationName,
  nodeAt,
  propertyOf,
} from '../core/index.ts';
import { type ObjectChange, objectChanges } from '../parsers/index.ts';
import type { OpenDocument } from './open-document.ts';
import type { Project } from './project.ts';
import { objectsAfter, type SqlObject } from './sql-objects.ts';

/** What the SQL scripts of a plan's project make, as far as it is known. */
export interface PlanObjects {
  readonly dialect: Backend;
  readonly objects: readonly SqlObject[];
  /** The scripts that the plan's steps name, by their paths in the project. */
  readonly named: readonly string[];
  /** Some scripts are not read yet; the next question finds more. */
  readonly isPartial: boolean;
}

/** Reads the scripts behind a plan, each once as long as it stays what it is. */
export interface ProjectObjects {
  of(document: OpenDocument): PlanObjects;
}

export interface ObjectSources {
  textOf(path: string): string | undefined;
  /** Another one when the file is another; undefined where it is gone. */
  stampOf(path: string): string | undefined;
  readonly now: () => Date;
}

/** The newest of so many scripts are looked at, and so many characters are read for one question. */
const MOST_SCRIPTS = 2_000;
const MOST_READ = 2_000_000;
/** So long nobody asks the disk again whether scripts have changed. Milliseconds. */
const REST_MS = 1_000;

interface ReadScript {
  readonly stamps: ReadonlyMap<string, string | undefined>;
  readonly changes: readonly ObjectChange[];
}

export function createProjectObjects(sources: ObjectSources): ProjectObjects {
  const read = new Map<string, ReadScript>();
  let last: { readonly key: string; readonly at: number; readonly objects: readonly SqlObject[] } | undefined;
  const scriptAt = (project: Project, script: string, dialect: Backend) => {
    const key = `${dialect} ${project.absolute(script)}`;
    const known = read.get(key);
    const isFresh = known && [...known.stamps].every(([path, stamp]) => sources.stampOf(path) === stamp);
    if (isFresh) return { found: known, length: 0 };
    const { length, ...found } = readScript(project, script, dialect, sources);
    read.set(key, found);
    return { found, length };
  };
  return {
    of(document) {
      const { project } = document;
      const dialect = dialectIn(document);
      const named = namedScripts(document);
      if (!project) return { dialect, objects: [], named, isPartial: false };
      const scripts = scriptsBehind(project, named);
      const now = sources.now().getTime();
      const key = [dialect, project.root, ...scripts].join('\n');
      if (last?.key === key && now - last.at < REST_MS)
        return { dialect, objects: last.objects, named, isPartial: false };
      let left = MOST_READ;
      const changes = scripts.flatMap((script) => {
        if (left <= 0) return [];
        const { found, length } = scriptAt(project, script, dialect);
        left -= length;
        return [{ file: script, changes: found.changes }];
      });
      const objects = objectsAfter(changes);
      const isPartial = changes.length < scripts.length;
      if (!isPartial) last = { key, at: now, objects };
      return { dialect, objects, named, isPartial };
    },
  };
}

/** Scripts without these words make nothing that can be named, unless they read others. */
const TELLING = /\b(?:table|view|index)\b|^\s*(?:\\i|\.read\b|source\b|input\b)/im;

function readScript(
  project: Project,
  script: string,
  dialect: Backend,
  { textOf, stampOf }: ObjectSources,
): ReadScript & { readonly length: number } {
  const stamps = new Map<string, string | undefined>();
  let length = 0;
  const textAt = (path: string): string | undefined => {
    const absolute = project.absolute(path);
    stamps.set(absolute, stampOf(absolute));
    const text = textOf(absolute);
    length += text?.length ?? 0;
    return text;
  };
  const text = textAt(script) ?? '';
  if (!TELLING.test(text)) return { stamps, changes: [], length };
  const changes = objectChanges(text, dialect, (path, { relative, from }) => {
    const file = includedPath({ path, relative }, from ?? script);
    const included = file === undefined ? undefined : textAt(file);
    return file === undefined || included === undefined ? undefined : { text: included, file };
  });
  return { stamps, changes, length };
}

/** The dialect of the plan's connection, else of the backend that it names. */
function dialectIn({ project, source: { root } }: OpenDocument): Backend {
  const target = nodeAt(root, ['target_env']);
  const word = (key: string) => String(propertyOf(target, key)?.value.value);
  const connection = project?.config()?.connections.get(word('connection_ref'))?.value;
  return connection ? dialectOf(connection) : (backendNamed(word('backend')) ?? 'scratchbird');
}

function namedScripts({ source: { root } }: OpenDocument): readonly string[] {
  return itemsOf(propertyOf(root, 'steps')?.value).flatMap((step) => {
    const script: unknown = propertyOf(step, 'script')?.value.value;
    return typeof script === 'string' && /\.sql$/i.test(script) ? [script] : [];
  });
}

/** The scripts that a plan names and the migrations of their folders, those of the whole project where it names none; versions in their order, the rest behind them. */
function scriptsBehind(project: Project, named: readonly string[]): readonly string[] {
  const folders = new Set(named.map(posix.dirname));
  const migrations = project.facts
    .scripts()
    .filter((script) => folders.size === 0 || folders.has(posix.dirname(script)))
    .filter((script) => ['versioned', 'named', 'repeatable'].includes(migrationName(script).kind));
  const all = [...new Set([...migrations, ...named.filter((script) => project.facts.scriptAt(script) === 'present')])];
  const versions = new Map(all.map((script) => [script, versionOf(script)]));
  const compare = (a: string, b: string) => {
    const [left, right] = [versions.get(a), versions.get(b)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return compareVersions(left, right);
  };
  return all.toSorted(compare).slice(-MOST_SCRIPTS);
}

function versionOf(script: string): string | undefined {
  const name = migrationName(script);
  return name.kind === 'versioned' ? name.version : undefined;
}
