import type { Command } from 'commander';
import type { Cli } from '../context.ts';
import { addMigrationApply } from './migration-apply.ts';
import { addMigrationBaseline } from './migration-baseline.ts';
import { addMigrationHistory } from './migration-history.ts';
import { addMigrationMarkApplied } from './migration-mark-applied.ts';
import { addMigrationNew } from './migration-new.ts';
import { addMigrationRepair } from './migration-repair.ts';
import { addMigrationStatus } from './migration-status.ts';

/** Folders of migrations, and the history that targets keep of them. */
export const addMigration = (program: Command, cli: Cli): void => {
  const migration = program
    .command('migration')
    .description('migrations of a plan document or a folder, and what targets have recorded of them');
  for (const add of [
    addMigrationStatus,
    addMigrationApply,
    addMigrationNew,
    addMigrationBaseline,
    addMigrationMarkApplied,
    addMigrationRepair,
    addMigrationHistory,
  ])
    add(migration, cli);
};
