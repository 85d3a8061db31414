import type { JsonPath } from '../../../core/index.ts';
import { type GoodDocument, idBeside } from './good-document.ts';
import { before, type Mutator, pointing, removed, replaced, slip, written } from './mutator.ts';

/** The steps of a type, by their paths. */
const stepsOf = (good: GoodDocument, type: string): readonly JsonPath[] =>
  good.below(['steps']).filter((path) => good.value([...path, 'type']) === type);

const migrations = (good: GoodDocument) => stepsOf(good, 'migration');
const textAt = (good: GoodDocument, path: JsonPath): string => String(good.value(path));

/** One mutator for each rule of plan documents. */
export const planMutators: readonly Mutator[] = [
  {
    code: 'P001',
    base: 'plan',
    hasFix: true,
    ways: (good) => {
      const ids = good.below(['steps']).map((path) => [...path, 'id']);
      return ids.slice(1).map((path, index) => [written(good, path, good.value(ids[Math.floor(index / 2)] ?? path))]);
    },
  },
  {
    code: 'P002',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      migrations(good)
        .flatMap((step) => [
          [...step, 'script'],
          [...step, 'rollback'],
        ])
        .map((path) => [written(good, path, slip(textAt(good, path), 'migrations/V0001__'.length))]),
  },
  {
    code: 'P003',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      migrations(good).map((step) => [pointing(good, [...step, 'script']), removed(good, [...step, 'rollback'])]),
  },
  {
    code: 'P004',
    base: 'plan',
    hasFix: false,
    ways: (good) =>
      pairs(migrations(good)).map(([step, other]) => [
        written(good, [...step, 'rollback'], good.value([...other, 'rollback'])),
      ]),
  },
  {
    code: 'P005',
    base: 'plan',
    hasFix: false,
    ways: (good) =>
      pairs(migrations(good)).map(([step, next]) => [
        replaced(good, [...step, 'script'], good.value([...next, 'script'])),
        replaced(good, [...step, 'rollback'], good.value([...next, 'rollback'])),
        written(good, [...next, 'script'], good.value([...step, 'script'])),
        replaced(good, [...next, 'rollback'], good.value([...step, 'rollback'])),
      ]),
  },
  {
    code: 'P006',
    base: 'plan',
    hasFix: false,
    ways: (good) =>
      pairs(migrations(good)).map(([step, next]) => [
        written(good, [...next, 'script'], good.value([...step, 'script'])),
        replaced(good, [...next, 'rollback'], good.value([...step, 'rollback'])),
      ]),
  },
  {
    code: 'P008',
    base: 'plan',
    hasFix: true,
    ways: (good) => {
      const path = ['target_env', 'connection_ref'];
      const name = textAt(good, path);
      return [...name].map((_, at) => [written(good, path, name.slice(0, at) + name.slice(at + 1))]);
    },
  },
  {
    code: 'P009',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      ['eu', 'us', 'shop', 'b2b', 'x', 'one-two', 'api', 'new', 'a1', 'blue']
        .flatMap((where) => ['prod', 'production'].flatMap((word) => [`${where}-${word}`, `${word}-${where}`]))
        .map((id) => [replaced(good, ['target_env', 'id'], id), written(good, ['approval_required'], false)]),
  },
  {
    code: 'P010',
    base: 'plan',
    hasFix: false,
    ways: (good) =>
      migrations(good)
        .filter((_, index) => index % 2 === 0)
        .map((step) => [written(good, [...step, 'retry'], { max: 3, backoff_sec: 300 })]),
  },
  {
    code: 'P014',
    base: 'plan',
    hasFix: false,
    ways: (good) => Array.from({ length: 20 }, (_, number) => [written(good, ['plan_id'], idBeside(number))]),
  },
  {
    code: 'P015',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      [['plan_id'], ['created_at']].flatMap((path) => {
        const text = textAt(good, path);
        return [...text].map((_, at) => [written(good, path, text.slice(0, at) + text.slice(at + 1))]);
      }),
  },
  {
    code: 'P016',
    base: 'plan',
    hasFix: false,
    ways: (good) => [
      ...migrations(good).map((step, index) => {
        const path = [...step, 'script'];
        return [written(good, path, (index % 2 === 0 ? '/srv/' : '../') + textAt(good, path))];
      }),
      ...stepsOf(good, 'backup').map((step) => [written(good, [...step, 'target'], '../elsewhere/shop.dump')]),
    ],
  },
  {
    code: 'P016',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      migrations(good).map((step) => {
        const path = [...step, 'rollback'];
        return [written(good, path, textAt(good, path).replaceAll('/', '\\'))];
      }),
  },
  {
    code: 'P019',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      pairs(good.below(['steps'])).map(([step, next]) => {
        const member = `"depends_on": [${JSON.stringify(good.value([...step, 'id']))}], `;
        return [{ ...before(good, [...next, 'id'], member), place: [0, '"depends_on"'.length] as const }];
      }),
  },
  {
    code: 'P020',
    base: 'graph',
    hasFix: true,
    ways: (good) => dependencies(good).map((path) => [written(good, path, slip(textAt(good, path)))]),
  },
  {
    code: 'P021',
    base: 'graph',
    hasFix: false,
    ways: (good) =>
      good
        .below(['steps'])
        .filter((_, index) => index % 4 === 0)
        .flatMap((first, index) => {
          const last = good.below(['steps'])[index * 4 + 3];
          if (!last) return [];
          const id = JSON.stringify(good.value([...last, 'id']));
          const { offset, length } = good.node([...first, 'depends_on']);
          return [[{ from: offset, to: offset + length, text: `[${id}]`, place: [1, 1 + id.length] as const }]];
        }),
  },
  {
    code: 'P022',
    base: 'graph',
    hasFix: false,
    ways: (good) => stepsOf(good, 'command').map((step) => [written(good, [...step, 'command'], 'psql -f views.sql')]),
  },
  {
    code: 'P023',
    base: 'graph',
    hasFix: false,
    ways: (good) =>
      stepsOf(good, 'sql_check').map((step) => [written(good, [...step, 'expect', 'matches'], '^(1[67]\\.')]),
  },
  {
    code: 'P024',
    base: 'plan',
    hasFix: false,
    ways: (good) =>
      stepsOf(good, 'sql_check').map((step) => [written(good, [...step, 'sql'], 'SELECT 1 FROM sqlite_master')]),
  },
];

const dependencies = (good: GoodDocument): readonly JsonPath[] =>
  good.below(['steps']).flatMap((step) => good.below([...step, 'depends_on']));

const pairs = <Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] =>
  items.slice(1).map((item, index) => [items[index] ?? item, item]);
