import type { Backend } from '../model/connection.ts';
import type { MigrationSettings } from '../model/plan.ts';
import type { Position } from '../model/problem.ts';
import { type ClientDirective, type SqlStatement, type SqlSyntax, statementSourceOffset } from '../ports/sql-syntax.ts';
import { createLineIndex } from '../read/line-index.ts';
import { type Replaced, replacePlaceholders } from './placeholders.ts';
import { includedPath, type ReadScriptText } from './script-files.ts';
import { type ScriptHeader, scriptHeader } from './script-header.ts';

/** A place in one of the project's files. */
export interface ScriptPlace extends Position {
  /** Relative to the project. */
  readonly file: string;
}

export interface ScriptFault extends ScriptPlace {
  readonly code: string;
  readonly message: string;
}

/** A script ready to be sent: placeholders replaced, split into statements with those of the files that it reads. */
export interface PreparedScript {
  readonly path: string;
  readonly header: ScriptHeader;
  readonly statements: readonly SqlStatement[];
  readonly directives: readonly ClientDirective[];
  /** Why it cannot be sent; empty where it can. */
  readonly faults: readonly ScriptFault[];
  /** The variables of the target that it names. */
  readonly usedValues: readonly string[];
  /** Where a statement, or a character of its text, stands in the file that the author wrote. */
  placeOf(statement: SqlStatement, offset?: number): ScriptPlace;
  /** As `placeOf`, for what stands between statements. */
  directivePlace(directive: ClientDirective): ScriptPlace;
}

/** One file of a script. */
interface Source {
  readonly path: string;
  readonly written: string;
  readonly replaced: Replaced | undefined;
}

/** `read` gives the texts of the files that the script includes. */
export function prepareScript(
  script: { readonly path: string; readonly text: string; readonly read: ReadScriptText },
  rules: { readonly dialect: Backend; readonly settings: MigrationSettings | undefined },
  syntax: Pick<SqlSyntax, 'split'>,
): PreparedScript {
  const header = scriptHeader(script.text);
  const values = rules.settings?.values ?? {};
  const isReplaced = header.placeholders || rules.settings?.placeholders === true;
  const sourceOf = (path: string, written: string): Source => ({
    path,
    written,
    replaced: isReplaced && written.includes('${') ? replacePlaceholders(written, values) : undefined,
  });
  const own = sourceOf(script.path, script.text);
  const files = new Map<string, Source>();
  const textOf = ({ written, replaced }: Source) => replaced?.text ?? written;
  const split = syntax.split(textOf(own), rules.dialect, {
    include: (path, { relative, from }) => {
      const file = includedPath({ path, relative }, from ?? script.path);
      const written = file === undefined ? undefined : script.read(file);
      if (file === undefined || written === undefined) return undefined;
      const source = files.get(file) ?? sourceOf(file, written);
      files.set(file, source);
      return { text: textOf(source), file };
    },
  });
  const sourceFor = (file: string | undefined): Source => (file === undefined ? own : files.get(file)) ?? own;
  const sources = [own, ...files.values()];
  return {
    path: script.path,
    header,
    statements: split.statements,
    directives: split.directives,
    faults: [
      ...split.problems.map(({ code, message, position, file }) => ({
        code,
        message,
        ...writtenPlace(sourceFor(file), position),
      })),
      ...sources.flatMap(placeholderFaults),
    ],
    usedValues: [...new Set(sources.flatMap(({ replaced }) => replaced?.used ?? []))],
    placeOf: (statement, offset = 0) => placeIn(sourceFor(statement.file), statement, offset),
    directivePlace: ({ file, position }) => writtenPlace(sourceFor(file), position),
  };
}

function placeIn(source: Source, statement: SqlStatement, offset: number): ScriptPlace {
  const { path, written, replaced } = source;
  if (offset === 0 && !replaced) return { file: path, ...statement.start };
  const at = offset === 0 ? statement.offset : statementSourceOffset(statement, offset);
  return { file: path, ...createLineIndex(written).positionAt(replaced ? replaced.toSource(at) : at) };
}

/** A position in the text with values in the places of names, as a position in the file. */
function writtenPlace({ path, written, replaced }: Source, position: Position): ScriptPlace {
  if (!replaced) return { file: path, ...position };
  const offset = createLineIndex(replaced.text).offsetAt(position);
  return { file: path, ...createLineIndex(written).positionAt(replaced.toSource(offset)) };
}

function placeholderFaults({ path, written, replaced }: Source): ScriptFault[] {
  if (!replaced || replaced.problems.length === 0) return [];
  const index = createLineIndex(written);
  return replaced.problems.map(({ code, message, offset }) => ({
    code,
    message,
    file: path,
    ...index.positionAt(offset),
  }));
}
