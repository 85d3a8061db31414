import type { MigrationState } from '../model/migration.ts';
import type { Operation } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';

/** One line: "3 migrations (2 pending, 1 applied), 1 backup, 1 pause, 2 pre-checks". */
export function planSummary(plan: Plan, states: readonly MigrationState[]): string {
  const counts = new Map<string, number>();
  const count = (word: string) => counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const operation of plan.operations) {
    count(
      operation.phase === 'step' ? stepWord(operation) : operation.phase === 'pre_check' ? 'pre-check' : 'post-check',
    );
  }
  const order = [
    'pre-check',
    'backup',
    'migration',
    'rollback',
    'irreversible step',
    'SQL check',
    'command',
    'hook',
    'build',
    'test',
    'deploy',
    'health check',
    'pause',
    'post-check',
  ];
  const words = order
    .filter((word) => counts.has(word))
    .map((word) => plural(counts.get(word) as number, word) + (word === 'migration' ? statesInWords(states) : ''))
    .join(', ');
  return words || 'nothing to run';
}

const stepWord = (operation: Operation): string =>
  operation.type === 'migration' && operation.action === 'roll_back' ? 'rollback' : stepWords[operation.type];

const stepWords = {
  migration: 'migration',
  sql_check: 'SQL check',
  backup: 'backup',
  pause: 'pause',
  command: 'command',
  hook: 'hook',
  build: 'build',
  test: 'test',
  deploy: 'deploy',
  health_check: 'health check',
  irreversible: 'irreversible step',
  connection: 'pre-check',
  disk_space: 'pre-check',
  migration_history: 'pre-check',
  object_count: 'pre-check',
} as const;

function statesInWords(states: readonly MigrationState[]): string {
  const words = [...new Set(states)].map(
    (state) => `${states.filter((one) => one === state).length} ${state.replace('_', ' ')}`,
  );
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
