import { dangerNames, fixedConfigRules, fixedRules, type JsonPath } from '../../../core/index.ts';
import type { GoodDocument } from './good-document.ts';
import { before, type Edit, type Mutator, pointing, removed, replaced, slip, written } from './mutator.ts';

const groups = (good: GoodDocument) => good.below(['groups']);
const targets = (good: GoodDocument) => good.below(['targets']);
const textAt = (good: GoodDocument, path: JsonPath): string => String(good.value(path));

/** The groups that no other group waits for, and that wait for none. */
const lone = (good: GoodDocument) => groups(good).filter((_, index) => index % 3 === 0);
/** The groups that wait for the one before them. */
const waiting = (good: GoodDocument) => groups(good).filter((_, index) => index % 3 === 2);

/** One mutator for each rule of deploy configs. */
export const configMutators: readonly Mutator[] = [
  {
    code: 'C001',
    base: 'config',
    hasFix: false,
    ways: (good) =>
      lone(good)
        .slice(1)
        .map((path) => [written(good, [...path, 'name'], good.value(['groups', 0, 'name']))]),
  },
  {
    code: 'C004',
    base: 'config',
    hasFix: false,
    ways: (good) =>
      groups(good)
        .slice(1)
        .map((path, index) => {
          const pattern = (group: JsonPath): JsonPath => [...group, 'file_patterns', 0];
          const command = (group: JsonPath): JsonPath => [...group, 'deploy_command'];
          const earlier: JsonPath = ['groups', index];
          return [
            replaced(good, pattern(earlier), 'sql/views.sql'),
            replaced(good, command(earlier), 'deploy --region $REGION "{file}"'),
            written(good, pattern(path), 'sql/*.sql'),
            replaced(good, command(path), 'deploy --region $REGION "{file}"'),
          ];
        }),
  },
  { code: 'C005', base: 'config', hasFix: true, ways: (good) => commands(good, (text) => `${text} --zone $ZONE`) },
  {
    code: 'C006',
    base: 'config',
    hasFix: false,
    ways: (good) =>
      groups(good).map((path) => [pointing(good, [...path, 'name']), removed(good, [...path, 'deploy_command'])]),
  },
  { code: 'C009', base: 'config', hasFix: false, ways: (good) => commands(good, (text) => `${text} --token abc123`) },
  {
    code: 'C010',
    base: 'config',
    hasFix: true,
    ways: (good) => commands(good, () => 'deploy {function_name}'),
  },
  {
    code: 'C011',
    base: 'config',
    hasFix: true,
    ways: (good) =>
      waiting(good).map((path) => {
        const on = [...path, 'depends_on', 0];
        return [written(good, on, slip(textAt(good, on)))];
      }),
  },
  {
    code: 'C012',
    base: 'config',
    hasFix: false,
    ways: (good) =>
      waiting(good).map((path) => {
        const on = pointing(good, [...path, 'depends_on', 0]);
        const index = Number(path[1]);
        const own = JSON.stringify(good.value([...path, 'name']));
        const back = before(good, ['groups', index - 1, 'name'], `"depends_on": [${own}], `);
        return [on, { ...back, place: [15, 15 + own.length] as const }];
      }),
  },
  {
    code: 'C013',
    base: 'config',
    hasFix: true,
    ways: (good) => commands(good, (text) => text.replace('{function_name}', '{fille}')),
  },
  {
    code: 'C013',
    base: 'config',
    hasFix: false,
    ways: (good) => commands(good, (text) => text.replace('"{function_name}"', '$(basename "{file}")')),
  },
  { code: 'C014', base: 'config', hasFix: false, ways: (good) => commands(good, () => 'psql -f views.sql') },
  {
    code: 'C015',
    base: 'config',
    hasFix: false,
    ways: (good) => targets(good).map((path) => [written(good, [...path, 'health_check', 'body', 'matches'], '^(ok')]),
  },
  {
    code: 'C016',
    base: 'config',
    hasFix: false,
    ways: (good) =>
      groups(good).map((path) => {
        const pattern = [...path, 'file_patterns', 0];
        return [written(good, pattern, `../${textAt(good, pattern)}`)];
      }),
  },
  { code: 'C017', base: 'config', hasFix: true, ways: (good) => comments(good, 'C009 It was a token once.') },
  { code: 'C018', base: 'config', hasFix: false, ways: (good) => comments(good, 'C009') },
  {
    code: 'UNKNOWN_CONNECTION',
    base: 'config',
    hasFix: true,
    ways: (good) =>
      targets(good).map((path) => {
        const ref = [...path, 'connection_ref'];
        return [written(good, ref, slip(textAt(good, ref), 'conn_'.length))];
      }),
  },
  {
    code: 'UNKNOWN_RULE',
    base: 'config',
    hasFix: true,
    ways: (good) => Object.values(dangerNames).map((word) => settings(good, slip(word))),
  },
  {
    code: 'RULE_FIXED',
    base: 'config',
    hasFix: false,
    ways: (good) => [...fixedRules, ...fixedConfigRules].map((code) => settings(good, code)),
  },
];

const commands = (good: GoodDocument, change: (text: string) => string): readonly (readonly Edit[])[] =>
  groups(good).map((path) => {
    const command = [...path, 'deploy_command'];
    return [written(good, command, change(textAt(good, command)))];
  });

/** An allowing comment above each group. */
const comments = (good: GoodDocument, words: string): readonly (readonly Edit[])[] =>
  groups(good).map((path) => {
    const comment = `// srdeploy: allow ${words}`;
    return [{ ...before(good, path, `${comment}\n    `), place: [0, comment.length] as const }];
  });

/** A rule switched off in the settings. */
function settings(good: GoodDocument, rule: string): readonly Edit[] {
  const key = JSON.stringify(rule);
  return [{ ...before(good, ['rules', 'suppress'], `${key}: "off", `), place: [0, key.length] }];
}
