import type { FoundParts } from '../../model/found-parts.ts';
import { live } from './config-entry.ts';
import { type GroupDraft, patternIn } from './group-draft.ts';
import { wordOf } from './word-of.ts';

/** One group for each folder: a version may be there once in each. */
export const migrationGroups = ({ migrations }: FoundParts): readonly GroupDraft[] =>
  migrations.map(({ folder }) => ({
    name: wordOf(folder, 'migrations'),
    comment: [
      "Applies the SQL files that the target does not have yet, in the order of their versions, through the target's connection.",
      'Rollbacks and snapshots such as schema.sql are left alone.',
    ],
    members: [live('kind', 'migration'), live('file_patterns', [patternIn(folder, '*.sql')])],
  }));
