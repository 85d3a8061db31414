import { backendNamed } from '../model/connection.ts';
import { problemAt } from '../read/problem-at.ts';
import type { Rule } from './rule.ts';

/** Tables in which databases describe themselves, and which of the backends have them. */
const CATALOGUES: readonly (readonly [names: RegExp, backends: readonly string[]])[] = [
  [/\bsys\s*\.\s*\w+/i, []],
  [
    /\bpg_(?:catalog\s*\.\s*\w+|class|tables|indexes|namespace|proc|attribute|constraint|type|stat_\w+)\b/i,
    ['postgresql'],
  ],
  [/\bsqlite_(?:master|schema|temp_master|sequence)\b/i, ['sqlite']],
  [/\b(?:performance_schema|mysql)\s*\.\s*\w+/i, ['mysql', 'mariadb']],
  [/\bRDB\$\w+/i, ['firebird']],
  [/\binformation_schema\s*\.\s*\w+/i, ['postgresql', 'mysql', 'mariadb']],
];

/** A check that asks a catalogue of another kind of database than the target's. */
export const foreignCatalogue: Rule = {
  code: 'P024',
  find({ file, backend: named, operations }) {
    const backend = named && backendNamed(named.value);
    if (!backend) return [];
    return operations.flatMap(({ sql }) => {
      if (!sql) return [];
      const text = sql.value.replaceAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
      for (const [names, backends] of CATALOGUES) {
        const [found] = names.exec(text) ?? [];
        // ScratchBird speaks as another database, and has what that one has; of `sys` it serves nothing to any of them.
        const isServed = backend === 'scratchbird' ? backends.length > 0 : backends.includes(backend);
        if (found === undefined || isServed) continue;
        const message = `${found} is no catalogue of ${backend}: the check fails unless the target has a table of that name.`;
        return [problemAt({ file, range: sql.range }, 'P024', message, { severity: 'information' })];
      }
      return [];
    });
  },
};
