import { posix } from 'node:path';
import type { CreateFile, TextDocumentEdit } from 'vscode-languageserver/node';
import { nextMigration, planPartsOf, propertyOf, type Source } from '../../core/index.ts';
import type { Around } from '../around.ts';
import { uriOfPath } from '../file-uri.ts';
import type { OpenDocument } from '../open-document.ts';
import type { Project } from '../project.ts';
import type { PlacedOperation } from './operation-at.ts';

/** A script to be made of the SQL of a step. */
export interface ExtractedSql {
  /** Relative to the project, with `/`. */
  readonly script: string;
  readonly changes: [CreateFile, TextDocumentEdit];
}

/** How a statement begins that returns rows and changes nothing, unless one of the other words stands in it. */
const QUERY = /^[\s(]*(?:select|with|values|table|show|explain|describe|desc|pragma)\b/i;
const CHANGE = /\b(?:insert|update|delete|merge|replace|create|alter|drop|truncate)\b/i;

/**
 * The script that the SQL of a `sql_check` moves to. No kind of step takes a query from a file: only a migration has a script, so that a query, which
 * is a check, stays where it is, and what changes something, which a check cannot run, becomes the next migration of the plan's folder. Undefined otherwise.
 */
export function extractedSql(
  { project, source }: OpenDocument,
  { node, key }: PlacedOperation,
  { chance, createsFiles }: Around,
): ExtractedSql | undefined {
  const [type, sql, name, id] = ['type', 'sql', 'name', 'id'].map((one) => propertyOf(node, one)?.value.value);
  if (!project || !createsFiles || key !== 'steps' || type !== 'sql_check' || typeof sql !== 'string') return undefined;
  if (sql.trim() === '' || isQuery(sql)) return undefined;
  const script = nextScript(project, source, [String(name ?? ''), String(id ?? ''), 'step'], chance.now());
  if (script === undefined) return undefined;
  const uri = uriOfPath(project.absolute(script));
  const start = { line: 0, character: 0 };
  const edits = [{ range: { start, end: start }, newText: `${withEnd(sql)}\n` }];
  return {
    script,
    changes: [
      { kind: 'create', uri, options: { overwrite: false, ignoreIfExists: false } },
      { textDocument: { uri, version: null }, edits },
    ],
  };
}

/** The next migration in the folder of the plan's last script, named after the step; undefined where that file is there. */
function nextScript({ facts }: Project, source: Source, names: readonly string[], now: Date): string | undefined {
  const last = planPartsOf(source)
    .operations.flatMap(({ script }) => script?.value ?? [])
    .at(-1);
  const folder = last === undefined ? 'migrations' : posix.dirname(last);
  const files = facts.scripts().filter((one) => posix.dirname(one) === folder);
  const [next] = names.flatMap((name) => nextMigration(files, name, now) ?? []);
  const script = next && posix.join(folder, next.migration);
  return script !== undefined && facts.scriptAt(script) === 'missing' ? script : undefined;
}

/** Judged by its words alone, those in quotes and comments left out. */
function isQuery(sql: string): boolean {
  const bare = sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  return QUERY.test(bare) && !CHANGE.test(bare.replaceAll(/\breplace\s*\(/gi, ' '));
}

const withEnd = (sql: string): string => (/;\s*$/.test(sql) ? sql.trimEnd() : `${sql.trimEnd()};`);
