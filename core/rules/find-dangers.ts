import type { Backend } from '../model/connection.ts';
import type { Danger } from '../model/danger.ts';
import type { Position, Range } from '../model/problem.ts';
import { noRuleSettings, type RuleSettings } from '../model/rule-settings.ts';
import type { SqlEffect } from '../model/sql-effect.ts';
import type { SqlEffects } from '../ports/sql-effects.ts';
import type { SqlStatement } from '../ports/sql-syntax.ts';
import { createLineIndex } from '../read/line-index.ts';
import { allowancesIn, type StatementStretch } from './allow-comments.ts';
import type { DangerRule, FoundDanger, ReadScript, ReadStatement } from './danger-rule.ts';
import { dangerRules } from './danger-rules.ts';
import { isSuppressed, severityBy } from './rule-settings.ts';
import { createKnownSchema, type EarlierScripts, key, schemaKnowledge, tablesMade } from './schema-knowledge.ts';
import { unsoundAllowances } from './unsound-allowances.ts';

/** A script of a plan, in the order that it runs. */
export interface DangerScript {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly statements: readonly SqlStatement[];
  /**
   * `applied`: it is not judged, but what it made is known. `pending`: it is judged, and the tables that it makes are new to those after it.
   * `unknown`: it is judged, and its tables may be there already.
   */
  readonly standing: 'pending' | 'applied' | 'unknown';
  /** False where only what it makes matters, to the scripts after it. */
  readonly isAsked: boolean;
  /** False where it is applied statement by statement, each on its own. */
  readonly isTransactional: boolean;
  /** True where its header asks for that. */
  readonly asksForNoTransaction: boolean;
  readonly rollback: ReadScript['rollback'];
  /** Where a character of a statement stands in its file, relative to the project. */
  placeOf(statement: SqlStatement, offset: number): Position & { readonly file: string };
  /** Ids of the operations that it belongs to: suppressions may name them. */
  readonly ids: readonly string[];
}

export interface DangerFacts {
  readonly dialect: Backend;
  readonly effects: SqlEffects;
  readonly settings?: RuleSettings;
}

/**
 * What pending scripts of a plan can do that people should know before it happens: for each script, in the order of its lines. `scripts`
 * are all that run in one go, earlier ones first. A rule that throws is a defect of ours and does not take the others with it.
 */
export function findDangers(scripts: readonly DangerScript[], facts: DangerFacts): readonly (readonly Danger[])[] {
  const read = lazily(scripts.map((script) => () => readStatements(script, facts)));
  const together = new Map<string, boolean>();
  const history = createHistory(read);
  return scripts.map((script, index) => {
    if (script.standing === 'applied') return [];
    const statements = read(index);
    const tables = script.standing === 'pending' ? tablesMade(statements) : [];
    if (!script.isAsked) {
      for (const [table, isSure] of tables) together.set(table, isSure);
      return [];
    }
    const schema = schemaKnowledge(statements, together, history.before(index));
    const found = judge({ ...script, dialect: facts.dialect, statements, schema }, script, facts);
    for (const [table, isSure] of tables) together.set(table, isSure);
    return found;
  });
}

const readStatements = (
  script: Pick<DangerScript, 'statements'>,
  { dialect, effects }: DangerFacts,
): readonly ReadStatement[] =>
  script.statements.map((statement) => ({ ...statement, effects: effects.effectsOf(statement, dialect) }));

function lazily<Value>(makers: readonly (() => Value)[]): (index: number) => Value {
  const made = new Map<number, Value>();
  return (index) => {
    if (!made.has(index)) made.set(index, (makers[index] as () => Value)());
    return made.get(index) as Value;
  };
}

/** What scripts say, read as far as somebody asks. Asked for one script after the other, it goes over each of them once. */
function createHistory(read: (index: number) => readonly ReadStatement[]) {
  const byTable = new Map<string, SqlEffect[]>();
  const schema = createKnownSchema();
  let upTo = 0;
  const advance = (index: number) => {
    for (; upTo < index; upTo += 1) {
      for (const effect of read(upTo).flatMap((statement) => statement.effects)) {
        schema.add(effect);
        if (!('table' in effect)) continue;
        const known = byTable.get(key(effect.table));
        if (known) known.push(effect);
        else byTable.set(key(effect.table), [effect]);
      }
    }
  };
  return {
    /** Good until the next script is looked at. */
    before: (index: number): EarlierScripts => ({
      effects(table) {
        advance(index);
        return byTable.get(key(table)) ?? [];
      },
      schema() {
        advance(index);
        return schema;
      },
    }),
  };
}

function judge(read: ReadScript, script: DangerScript, { settings = noRuleSettings }: DangerFacts): Danger[] {
  const allowances = allowancesIn(script.text, statementStretches(read, script));
  const isAllowed = ({ code, id }: DangerRule, { statement }: FoundDanger) =>
    allowances.some(
      (one) =>
        one.reason !== '' &&
        (one.rule === code || one.rule === id) &&
        (one.statement === undefined || one.statement === statement),
    );
  const place = placesIn(script);
  const judged = [...dangerRules, ...unsoundAllowances(allowances)].flatMap((rule) => {
    const severity = severityBy(rule, rule.isOptIn ? 'off' : rule.severity, settings);
    if (severity === 'off' || (rule.dialects && !rule.dialects.includes(read.dialect))) return [];
    if (isSuppressed(rule, { file: script.file, ids: script.ids }, settings)) return [];
    return findOf(rule, read)
      .filter((found) => !isAllowed(rule, found))
      .map((found) => ({
        code: rule.code,
        rule: rule.id,
        severity,
        category: rule.category,
        message: found.message,
        saferForm: found.safer ?? rule.safer,
        ...place(found),
      }));
  });
  return judged.sort((a, b) => compare(a.range.start, b.range.start));
}

/** Where the script's own statements stand in its text; only worked out where a comment may allow something. */
function statementStretches({ statements }: ReadScript, script: DangerScript): readonly StatementStretch[] {
  if (!/srdeploy:[ \t]*allow\b/i.test(script.text)) return [];
  const lines = createLineIndex(script.text);
  return statements
    .filter(({ file }) => file === undefined)
    .map((statement) => ({
      statement,
      start: lines.offsetAt(script.placeOf(statement, 0)),
      end: lines.offsetAt(script.placeOf(statement, statement.text.length)),
    }));
}

function findOf(rule: DangerRule, script: ReadScript): readonly FoundDanger[] {
  try {
    return rule.find(script);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      { statement: undefined, offset: 0, message: `The rule ${rule.id} failed and has judged nothing: ${reason}` },
    ];
  }
}

const compare = (a: Position, b: Position): number => a.line - b.line || a.column - b.column;

/** The file and range of a finding: from where it begins to the end of that line or of the effect, whichever comes first. */
function placesIn(script: DangerScript): (found: FoundDanger) => { readonly file: string; readonly range: Range } {
  return ({ statement, place, offset = 0 }) => {
    if (!statement) return { file: script.file, range: createLineIndex(script.text).range(offset, offset + 1) };
    const at = place?.at ?? 0;
    const text = statement.text.slice(at, place?.end ?? statement.text.length);
    const lineEnd = text.search(/[\r\n]/);
    const length = (lineEnd < 0 ? text : text.slice(0, lineEnd)).trimEnd().length;
    const { file, line, column } = script.placeOf(statement, at);
    const end = script.placeOf(statement, at + length);
    const isBehind = end.line === line && end.column > column;
    return { file, range: { start: { line, column }, end: { line, column: isBehind ? end.column : column + 1 } } };
  };
}
