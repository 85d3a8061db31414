import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../adapters/project-files/compile-pattern.ts';
import { globOf, simpleGlob } from '../../../core/index.ts';

const paths = [
  ...['V1.sql', 'a.sql', '.sql', 'm/V1.sql', 'm/V2__x.sql', 'm/a/V1.sql', 'm/a/b/V2__x.sql', 'm/.h.sql'],
  ...['.m/V1.sql', 'ab/x.sql', '.b/x.sql', 'm/.d/V1.sql', 'x/m/V1.sql', 'm+n/V1.sql', 'mmn/V1.sql'],
];

describe('a simple pattern of files', () => {
  it.each(
    ['m/*.sql', '**/*.sql', 'm/**', 'm/**/V*.sql', '*', 'a?/x.sql', '{x_name}/V1.sql', '?.sql', 'm/V*__*.sql'].concat([
      '**/m/*.sql',
      './m/*.sql',
      'm/V1.sql',
      'm/*/*.sql',
      '?b/*',
    ]),
  )('%s matches what the planner finds by it', (pattern) => {
    const { matches } = compilePattern(globOf(pattern));
    const simple = simpleGlob(pattern);
    expect(paths.filter((path) => simple?.test(path))).toEqual(paths.filter(matches));
  });

  it.each(['{a,b}/*.sql', 'm/[ab].sql', 'm/!(a).sql', 'm+n/*.sql', '/m/*.sql', 'm/a**.sql'])(
    '%s is not judged, because more than that stands in it',
    (pattern) => {
      expect(simpleGlob(pattern)).toBeUndefined();
    },
  );
});
