import {
  type Backend,
  type Danger,
  type DangerScript,
  findDangers,
  prepareScript,
  type RuleSettings,
  type SqlEffects,
  transactionMode,
} from '../../../../core/index.ts';
import { openSqlEffects } from '../../../../parsers/effects/sql-effects.ts';
import { sqlSyntax } from '../../../../parsers/index.ts';

/** How a script is judged, where it is not the usual way. */
export interface Judged {
  /** Scripts before it: `applied` ones are history, the others run with it. */
  readonly before?: readonly { readonly text: string; readonly applied?: true }[];
  readonly alone?: true;
  readonly rollback?: DangerScript['rollback'];
  readonly settings?: RuleSettings;
  readonly file?: string;
  /** The target's variables. */
  readonly values?: Readonly<Record<string, string>>;
}

const loaded = new Map<Backend, SqlEffects>();

export async function effectsFor(dialect: Backend): Promise<SqlEffects> {
  const effects = loaded.get(dialect) ?? (await openSqlEffects(dialect));
  loaded.set(dialect, effects);
  return effects;
}

/** The dangers of a script as the last one of a plan. */
export async function dangersIn(text: string, dialect: Backend, how: Judged = {}): Promise<readonly Danger[]> {
  const effects = await effectsFor(dialect);
  const scriptOf = (file: string, script: string, more: Partial<DangerScript>): DangerScript => {
    const prepared = prepareScript(
      { path: file, text: script, read: () => undefined },
      { dialect, settings: how.values && { values: how.values } },
      sqlSyntax,
    );
    return {
      file,
      text: script,
      statements: prepared.statements,
      placeOf: prepared.placeOf,
      standing: 'pending',
      isAsked: true,
      isTransactional: transactionMode(prepared, dialect).type === 'transaction',
      asksForNoTransaction: false,
      rollback: 'unknown',
      ids: [],
      ...more,
    };
  };
  const before = (how.before ?? []).map((one, i) =>
    scriptOf(`V${i}.sql`, one.text, { standing: one.applied ? 'applied' : 'pending' }),
  );
  const own = scriptOf(how.file ?? 'own.sql', text, {
    ...(how.alone && { isTransactional: false, asksForNoTransaction: true }),
    rollback: how.rollback ?? 'unknown',
    ids: ['step_1'],
  });
  const facts = { dialect, effects, ...(how.settings && { settings: how.settings }) };
  return findDangers([...before, own], facts).at(-1) ?? [];
}

export const rulesIn = async (text: string, dialect: Backend, how?: Judged): Promise<readonly string[]> =>
  (await dangersIn(text, dialect, how)).map(({ rule }) => rule);
