import type { Fault } from '../attempt.ts';
import { type CaseWorld, inject, renameScript, writeScript } from '../case-world.ts';
import type { Chance } from '../chance.ts';
import type { CaseMigration } from '../scenario.ts';

const kinds = ['comment', 'crlf', 'tampered', 'extended', 'deleted', 'renamed', 'repeated'] as const;

/** Scripts are changed between two attempts: as one may, and as one must not. */
export const scriptsEdited: Fault = {
  name: 'scripts-edited',
  async before(world, chance, count) {
    if (count === 0) return;
    for (let n = chance.between(1, 2); n > 0; n--) await edit(world, chance);
  },
};

async function edit(world: CaseWorld, chance: Chance): Promise<void> {
  const migration = chance.pick(world.scenario.migrations);
  const kind = chance.pick(kinds);
  const { applied, begun } = await standingOf(world, migration);
  switch (kind) {
    case 'comment':
      migration.comment = ` and a comment ${chance.upTo(1_000)}`;
      break;
    case 'crlf':
      migration.crlf = !migration.crlf;
      break;
    case 'tampered':
      if (!applied || migration.repeatable) return;
      migration.tampered = true;
      break;
    case 'extended':
      if (begun || migration.repeatable) return;
      migration.extended = true;
      break;
    case 'deleted':
      migration.deleted = true;
      break;
    case 'renamed':
      if (world.scenario.kind !== 'folder' || migration.repeatable || !applied) return;
      renameScript(world, migration, migration.path.replace(/__[a-z]+_/, '__renamed_'));
      break;
    case 'repeated':
      if (!migration.repeatable) return;
      migration.version += 1;
      break;
  }
  writeScript(world, migration);
  inject(world, `script ${kind}${applied ? ' after it was applied' : ''}`);
}

/** What the target has of a migration. One that stopped half-way may still be changed behind the place where it stopped. */
async function standingOf(
  { database }: CaseWorld,
  { word, path }: CaseMigration,
): Promise<{ readonly applied: boolean; readonly begun: boolean }> {
  const row = (await database.history()).find((one) => one.path === path);
  const begun = row !== undefined || (await database.trace()).some(({ m }) => m === word);
  return { applied: row?.status === 'succeeded', begun };
}
