import type { Chance } from './chance.ts';

export const backendNames = ['sqlite', 'postgresql', 'mysql', 'firebird'] as const;
export type BackendName = (typeof backendNames)[number];

/** A statement of a migration. All but `table` and `echo` leave a row in `trace`, which nothing keeps from being written twice. */
export type CaseStatement =
  | { readonly kind: 'row' | 'slow' }
  /** Makes the table of its migration and place. */
  | { readonly kind: 'table' }
  /** Lets the database say the password; changes nothing. */
  | { readonly kind: 'echo' };

export interface CaseMigration {
  /** The word that its rows in `trace` carry. */
  readonly word: string;
  /** Id of its step in a plan document; in a folder the file's name is the id. */
  readonly step: string;
  readonly statements: readonly CaseStatement[];
  /** Each statement is committed by itself. */
  readonly alone: boolean;
  readonly repeatable: boolean;
  /** What a person may change; the rest of the scenario never changes. */
  path: string;
  /** Place of a statement that the database refuses until it is mended. */
  brokenAt: number | undefined;
  /** Counts up with each change of a repeatable file. */
  version: number;
  /** Has one more statement than at first. */
  extended: boolean;
  comment: string;
  crlf: boolean;
  deleted: boolean;
  /** Holds a statement that must never be run: it was put there after the file was applied. */
  tampered: boolean;
}

export interface CaseCommand {
  readonly step: string;
  readonly file: string;
  readonly hasVerify: boolean;
}

/** A random project: what its plan does, and what of it is wrong at first. */
export interface Scenario {
  readonly kind: 'document' | 'folder';
  readonly migrations: readonly CaseMigration[];
  readonly commands: readonly CaseCommand[];
  readonly backup: 'none' | 'each-run' | 'fixed';
  readonly check: boolean;
  readonly post: boolean;
  readonly pause: boolean;
  readonly retries: number;
  readonly timeoutSec: number | undefined;
  readonly transactionAll: boolean;
  /** The runner is a process of its own, as in the editor. */
  readonly detached: boolean;
}

/** Draws a scenario. `canAlone`: transactional migrations exist, so that a file has to ask for the other kind. */
export function makeScenario(chance: Chance, backend: BackendName, size?: number): Scenario {
  const kind = chance.likely(0.35) ? 'folder' : 'document';
  const count = size ?? (chance.likely(0.15) ? chance.between(9, 24) : chance.between(1, 8));
  const transactionAll = hasTransactions(backend) && size === undefined && chance.likely(0.1);
  const migrations: CaseMigration[] = [];
  for (let n = 1; n <= count; n++) migrations.push(makeMigration(chance, backend, n, transactionAll));
  if (kind === 'folder' && chance.likely(0.4)) migrations.push(makeRepeatable(chance));
  if (chance.likely(0.45)) {
    for (let n = chance.between(1, 2); n > 0; n--) breakOne(chance, chance.pick(migrations));
  }
  const inDocument = kind === 'document' && size === undefined;
  return {
    kind,
    migrations,
    commands: inDocument && chance.likely(0.2) ? [makeCommand(chance, 1)] : [],
    backup: inDocument && backend !== 'firebird' && chance.likely(0.15) ? chance.pick(['each-run', 'fixed']) : 'none',
    check: inDocument && chance.likely(0.5),
    post: inDocument && chance.likely(0.5),
    pause: inDocument && chance.likely(0.1),
    retries: inDocument && chance.likely(0.3) ? 1 : 0,
    timeoutSec: inDocument && chance.likely(0.3) ? 30 : undefined,
    transactionAll,
    detached: chance.likely(0.2),
  };
}

export const hasTransactions = (backend: BackendName): boolean => backend === 'sqlite' || backend === 'postgresql';

function makeMigration(chance: Chance, backend: BackendName, n: number, together: boolean): CaseMigration {
  const alone = !hasTransactions(backend) || (!together && chance.likely(0.3));
  const statements: CaseStatement[] = [];
  const count = chance.between(1, 5);
  for (let at = 0; at < count; at++) {
    const kinds: CaseStatement['kind'][] = ['row', 'row', 'table', 'slow'];
    if (backend === 'postgresql' || backend === 'mysql') kinds.push('echo');
    statements.push({ kind: chance.pick(kinds) });
  }
  // The last one leaves a row, so that what was applied shows.
  statements.push({ kind: 'row' });
  const word = `m${n}`;
  const folder = 'migrations';
  const path = `${folder}/V${String(n).padStart(4, '0')}__${chance.pick(['add', 'change', 'fill'])}_${word}.sql`;
  return { ...untouched, word, step: `s${n}`, statements, alone, repeatable: false, path };
}

const untouched = {
  brokenAt: undefined,
  version: 0,
  extended: false,
  comment: '',
  crlf: false,
  deleted: false,
  tampered: false,
} as const;

const makeRepeatable = (chance: Chance): CaseMigration => ({
  ...untouched,
  word: 'r',
  step: 'r',
  statements: [{ kind: 'row' }, { kind: chance.pick(['row', 'slow'] as const) }],
  alone: false,
  repeatable: true,
  path: 'migrations/R__views.sql',
});

function breakOne(chance: Chance, migration: CaseMigration): void {
  migration.brokenAt = chance.upTo(migration.statements.length);
}

const makeCommand = (chance: Chance, n: number): CaseCommand => ({
  step: `c${n}`,
  file: `command-${n}.log`,
  hasVerify: chance.likely(0.5),
});

/** Id of the migration's operation. */
export const operationOf = (scenario: Scenario, { path, step }: CaseMigration): string =>
  scenario.kind === 'document' ? step : (path.split('/').at(-1) ?? '').replace(/\.sql$/, '');

/** How many statements a migration has as its file stands now. */
export const lengthOf = ({ statements, extended }: CaseMigration): number => statements.length + (extended ? 1 : 0);
