import { type DangerRule, each, isSqlite } from '../danger-rule.ts';
import { isSame } from '../schema-knowledge.ts';
import { effectsUntil } from '../script-effects.ts';

/** A view or trigger keeps the old name, or the rename fails on it. */
export const renameBreaksViews: DangerRule = {
  code: 'M056',
  id: 'rename-breaks-views',
  severity: 'warning',
  category: 'breaks-running-code',
  ...isSqlite,
  what: 'With legacy_alter_table on, views and triggers keep the old name of a renamed table. Without it, the rename of a rebuild fails while a view reads the table that was just dropped.',
  safer: 'Drop the views that read the table first, and make them again after the rename.',
  find: each('rename_table', ({ table, to }, here) => {
    const before = effectsUntil(here);
    const isLegacy = before.some(
      (effect) =>
        effect.type === 'pragma' &&
        effect.name === 'legacy_alter_table' &&
        /^(on|1|true|yes)$/i.test(effect.value ?? ''),
    );
    const isRebuild = here.script.schema.rebuilds.some(({ renameAt }) => renameAt === here.index);
    if (!isLegacy && !isRebuild) return undefined;
    const read = isRebuild ? to : table;
    const views = here.script.schema
      .viewsBefore()
      .filter(
        ({ view, reads }) =>
          reads.some((one) => isSame(one, read)) &&
          !before.some((effect) => effect.type === 'drop_object' && isSame(effect.name, view)),
      )
      .map(({ view }) => view);
    if (views.length === 0 || (isLegacy && isRebuild)) return undefined;
    return isRebuild
      ? `The rename fails: ${views.join(', ')} reads ${to}, which is dropped at this moment.`
      : `${views.join(', ')} keeps reading ${table}, which is called ${to} from now on.`;
  }),
};
