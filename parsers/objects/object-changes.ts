import { type Backend, type SplitOptions, type SqlStatement, statementSourceOffset } from '../../core/index.ts';
import { type DialectRules, dialectRules } from '../dialect-rules.ts';
import { lexemesOf } from '../effects/statement-tokens.ts';
import { split } from '../split.ts';
import { alterTableChanges } from './alter-table-changes.ts';
import type { ObjectChange, ObjectKind, StatementReading } from './object-change.ts';
import { objectAt, tableColumns } from './table-columns.ts';

/** Words between CREATE, ALTER or DROP and what is meant, and between that and its name. */
const BEFORE_KIND =
  /^(?:OR|REPLACE|ALTER|GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|FOREIGN|MATERIALIZED|UNIQUE|FULLTEXT|SPATIAL|ASC|ASCENDING|DESC|DESCENDING|VIRTUAL|RECURSIVE)$/;
const BEFORE_NAME = /^(?:IF|NOT|EXISTS|CONCURRENTLY|ONLY)$/;
const KINDS: Readonly<Record<string, ObjectKind>> = { TABLE: 'table', VIEW: 'view', INDEX: 'index' };

/**
 * What a script changes in tables, views and indexes, in its order. It is read token by token, the same in every dialect; what is not understood
 * is passed over.
 */
export function objectChanges(
  script: string,
  dialect: Backend,
  include: NonNullable<SplitOptions['include']>,
): readonly ObjectChange[] {
  const rules = dialectRules(dialect);
  return split(script, dialect, { include }).statements.flatMap((statement) =>
    /^(?:CREATE|RECREATE|ALTER|DROP|RENAME)\b/.test(statement.keywords[0] ?? '') ? changesOf(statement, rules) : [],
  );
}

function changesOf(statement: SqlStatement, rules: DialectRules): readonly ObjectChange[] {
  const lexemes = lexemesOf(statement.text, rules);
  const placeOf = (start: number, end: number) => ({
    file: statement.file,
    start: statementSourceOffset(statement, start),
    end: statementSourceOffset(statement, end),
  });
  const wordsFrom = (from: number, passed: RegExp): number => {
    let at = from;
    while (passed.test(lexemes[at]?.word ?? '')) at += 1;
    return at;
  };
  const kindAt = wordsFrom(1, BEFORE_KIND);
  const kind = KINDS[lexemes[kindAt]?.word ?? ''];
  return kind ? kindChanges({ lexemes, rules, placeOf }, kind, wordsFrom(kindAt + 1, BEFORE_NAME)) : [];
}

function kindChanges(reading: StatementReading, kind: ObjectKind, at: number): readonly ObjectChange[] {
  const { lexemes } = reading;
  const named = objectAt(reading, at);
  if (!named || (kind === 'index' && lexemes[at]?.word === 'ON')) return [];
  const { object, after } = named;
  switch (lexemes[0]?.word) {
    case 'ALTER':
      return alterTableChanges(reading, object.id, after);
    case 'DROP':
      return listed(reading, at, (dropped) => ({ type: 'drop', id: dropped.id }));
    case 'RENAME':
      return renames(reading, at);
    default:
      return [{ type: 'create', kind, object, columns: kind === 'index' ? [] : tableColumns(reading, after) }];
  }
}

/** `DROP TABLE a, b` */
function listed(
  reading: StatementReading,
  from: number,
  changeOf: (object: { readonly id: string }) => ObjectChange,
): readonly ObjectChange[] {
  const found: ObjectChange[] = [];
  for (let named = objectAt(reading, from); named; ) {
    found.push(changeOf(named.object));
    named = reading.lexemes[named.after]?.text === ',' ? objectAt(reading, named.after + 1) : undefined;
  }
  return found;
}

/** `RENAME TABLE a TO b, c TO d` */
function renames(reading: StatementReading, from: number): readonly ObjectChange[] {
  const found: ObjectChange[] = [];
  for (let at = from; ; ) {
    const old = objectAt(reading, at);
    const to = old && reading.lexemes[old.after]?.word === 'TO' ? objectAt(reading, old.after + 1) : undefined;
    if (!old || !to) return found;
    found.push({ type: 'rename', id: old.object.id, to: to.object });
    if (reading.lexemes[to.after]?.text !== ',') return found;
    at = to.after + 1;
  }
}
