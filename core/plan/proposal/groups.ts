import type { FoundParts } from '../../model/found-parts.ts';
import { buildGroups } from './build-groups.ts';
import { type ConfigEntry, example, live, section } from './config-entry.ts';
import { deployGroups, functionGroups, serviceGroups } from './deploy-groups.ts';
import type { GroupDraft } from './group-draft.ts';
import { migrationGroups } from './migration-groups.ts';
import type { Reach } from './reach.ts';
import { takeName } from './word-of.ts';

/** The section `groups`: migrations, then builds, then functions and services, then what deploys the rest. */
export function groupsSection(parts: FoundParts, reach: Reach, image: string): ConfigEntry {
  const stages = [
    reach.type === 'address' ? [] : migrationGroups(parts),
    buildGroups(parts, image),
    [...functionGroups(parts), ...serviceGroups(parts)],
    deployGroups(parts),
  ].filter((drafts) => drafts.length > 0);
  const taken = new Set<string>();
  const entries = stages.flatMap((drafts, i) => drafts.map((draft) => groupEntry(draft, i + 1, taken)));
  return section(
    'list',
    'groups',
    entries.length > 0 ? entries : [sample],
    'What is deployed. Groups of a lower "order" come first; groups of one order do not wait for one another.',
  );
}

function groupEntry({ name, comment, members }: GroupDraft, order: number, taken: Set<string>): ConfigEntry {
  const head = [live('name', takeName(name, taken)), live('order', order)];
  return section('object', undefined, [...head, ...members], ...comment);
}

const sample = example(
  undefined,
  { name: 'migrations', order: 1, kind: 'migration', file_patterns: ['migrations/*.sql'] },
  'A group applies migrations, builds, or runs commands. This one applies the SQL files of a folder, each once.',
);
