import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Leave } from '../core/index.ts';
import type { AnyShape } from '../runner/index.ts';

/** Options that say how a plan is made. */
export interface ShapeOptions {
  readonly to?: string;
  readonly transaction?: 'each' | 'all';
  readonly allowOutOfOrder?: readonly Leave[];
  readonly allowDuplicate?: readonly Leave[];
  readonly recursive?: true;
  readonly group?: readonly string[];
  readonly skipGroup?: readonly string[];
  readonly healthCheck?: boolean;
  readonly database?: string;
}

/** What a command needs that makes a plan from a deploy config, a document or a folder of migrations. */
export const withShapeOptions = (command: Command): Command =>
  withFolderOptions(
    withConfigOptions(command)
      .option('--to <version>', 'stop at this version; later migrations are left out')
      .addOption(
        new Option('--transaction <mode>', 'each: one a migration; all: pending migrations share one').choices([
          'each',
          'all',
        ]),
      ),
  );

/** What a command needs that may be about one database of the deploy config. */
export const withDatabaseOption = (command: Command): Command =>
  command.option('--database <name>', 'of a deploy config, only the migrations of this database');

/** What a command needs that plans a deploy config. */
const withConfigOptions = (command: Command): Command =>
  withDatabaseOption(command)
    .option('--group <name>', 'of a deploy config, only this group; repeatable', collect)
    .option('--skip-group <name>', 'of a deploy config, all but this group; repeatable', collect)
    .option('--no-health-check', 'leave the health check of the deploy config out');

const collect = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];

/** What a command needs that looks into a folder of migrations. */
const withFolderOptions = (command: Command): Command =>
  command
    .option(
      '--allow-out-of-order <file=reason>',
      'apply this migration of a folder although a higher version is applied; repeatable',
      leave,
    )
    .option(
      '--allow-duplicate <file=reason>',
      'let this migration of a folder have the version of another; repeatable',
      leave,
    )
    .option('--recursive', 'follow the folders below a folder of migrations');

function leave(text: string, before: readonly Leave[] | undefined): readonly Leave[] {
  const equals = text.indexOf('=');
  const reason = text.slice(equals + 1).trim();
  if (equals < 1 || reason === '') throw new InvalidArgumentError('Write the file, "=" and the reason.');
  return [...(before ?? []), { file: text.slice(0, equals), reason }];
}

export const shapeOf = (options: ShapeOptions): AnyShape => ({
  to: options.to,
  transaction: options.transaction === 'all' ? 'all' : undefined,
  outOfOrder: options.allowOutOfOrder ?? [],
  duplicates: options.allowDuplicate ?? [],
  recursive: options.recursive === true,
  groups: options.group ?? [],
  skipGroups: options.skipGroup ?? [],
  checksHealth: options.healthCheck ?? true,
  database: options.database,
});
