import type { JsonPath } from '../../../core/index.ts';
import type { GoodDocument } from './good-document.ts';
import { type Mutator, pointing, removed, slip, written } from './mutator.ts';

const stepsWith = (good: GoodDocument, key: string): readonly JsonPath[] =>
  good.below(['steps']).filter((path) => Object.hasOwn(good.value(path) as object, key));

/** One mutator for each finding about the form, in plan documents but for those that only a deploy config can have. */
export const formMutators: readonly Mutator[] = [
  {
    code: 'JSON_SYNTAX',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      good.below(['steps']).map((path) => {
        const { offset, length } = good.node([...path, 'id']);
        const end = offset + length;
        // The comma is gone, and what stood before it is told.
        return [{ from: end - 1, to: end + 1, text: '"', place: [0, 1] as const }];
      }),
  },
  {
    code: 'JSON_SYNTAX',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      good.below(['steps']).map((path) => {
        const last = good.node(path).children?.at(-1);
        const end = (last?.offset ?? 0) + (last?.length ?? 0);
        return [{ from: end, to: end, text: ',', place: [0, 1] as const }];
      }),
  },
  {
    code: 'JSON_DUPLICATE_KEY',
    base: 'plan',
    hasFix: false,
    ways: (good) =>
      good.below(['steps']).map((path) => {
        const id = good.node([...path, 'id']);
        const { offset: from, length } = id.parent ?? id;
        const member = good.text.slice(from, from + length);
        return [
          { from, to: from, text: `${member}, ` },
          { from: from + 1, to: from + 1, text: '', place: [-1, 3] as const },
        ];
      }),
  },
  {
    code: 'SCHEMA_MISSING',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      stepsWith(good, 'expect').map((path) => [pointing(good, [...path, 'id']), removed(good, [...path, 'expect'])]),
  },
  {
    code: 'SCHEMA_UNKNOWN_KEY',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      ['script', 'timeout_sec', 'message', 'expect'].flatMap((key) =>
        stepsWith(good, key).map((path) => {
          const { parent } = good.node([...path, key]);
          const misspelt = JSON.stringify(slip(key));
          const from = parent?.offset ?? 0;
          return [{ from, to: from + key.length + 2, text: misspelt, place: [0, misspelt.length] as const }];
        }),
      ),
  },
  {
    code: 'SCHEMA_UNKNOWN_TYPE',
    base: 'plan',
    hasFix: true,
    ways: (good) =>
      good.below(['steps']).map((path) => {
        const type = [...path, 'type'];
        return [written(good, type, slip(String(good.value(type))))];
      }),
  },
  {
    code: 'SCHEMA_TYPE',
    base: 'plan',
    hasFix: true,
    ways: (good) => stepsWith(good, 'timeout_sec').map((path) => [written(good, [...path, 'timeout_sec'], '60')]),
  },
  {
    code: 'SCHEMA_VALUE',
    base: 'plan',
    hasFix: true,
    ways: (good) => stepsWith(good, 'expect').map((path) => [written(good, [...path, 'expect'], 'nonempty')]),
  },
  {
    code: 'SCHEMA_NAME',
    base: 'config',
    hasFix: false,
    ways: (good) =>
      good.below(['targets']).map((path) => {
        const from = good.node(path).parent?.offset ?? 0;
        const key = JSON.stringify(`The ${String(path[1])}`.slice(0, 30));
        return [{ from, to: from + String(path[1]).length + 2, text: key, place: [0, key.length] as const }];
      }),
  },
  {
    code: 'SCHEMA_LITERAL_PASSWORD',
    base: 'config',
    hasFix: false,
    ways: (good) => good.below(['connections']).map((path) => [written(good, [...path, 'password'], 'hunter2')]),
  },
];
