import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Leave } from '../core/index.ts';
import type { FolderShape } from '../runner/index.ts';

/** Options that say how a plan is made. */
export interface ShapeOptions {
  readonly to?: string;
  readonly transaction?: 'each' | 'all';
  readonly allowOutOfOrder?: readonly Leave[];
  readonly allowDuplicate?: readonly Leave[];
  readonly recursive?: true;
}

/** What a command needs that makes a plan from a document or a folder of migrations. */
export const withShapeOptions = (command: Command): Command =>
  withFolderOptions(
    command
      .option('--to <version>', 'stop at this version; later migrations are left out')
      .addOption(
        new Option('--transaction <mode>', 'each: one a migration; all: pending migrations share one').choices([
          'each',
          'all',
        ]),
      ),
  );

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

export const shapeOf = (options: ShapeOptions): FolderShape => ({
  to: options.to,
  transaction: options.transaction === 'all' ? 'all' : undefined,
  outOfOrder: options.allowOutOfOrder ?? [],
  duplicates: options.allowDuplicate ?? [],
  recursive: options.recursive === true,
});
