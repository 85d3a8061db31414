import type { Backend, SqlEffect, SqlEffects } from '../../core/index.ts';

type Parse = (text: string) => readonly SqlEffect[];

/** The parser of a dialect that says what statements do. What it needs is loaded here, so that reading statements is synchronous. */
export async function openSqlEffects(dialect: Backend): Promise<SqlEffects> {
  const parse = await parserOf(dialect);
  return {
    effectsOf({ text }, asked) {
      if (asked !== dialect) throw new Error(`The parser for ${asked} was not loaded.`);
      return largeEffects(text) ?? parse(text);
    },
  };
}

/** Each parser is loaded for itself: PostgreSQL's is WebAssembly. */
async function parserOf(dialect: Backend): Promise<Parse> {
  switch (dialect) {
    case 'postgresql': {
      const [{ postgresqlEffects }, { loadModule }] = await Promise.all([
        import('./postgresql.ts'),
        import('libpg-query'),
      ]);
      await loadModule();
      return postgresqlEffects;
    }
    case 'sqlite':
      return (await import('./sqlite.ts')).sqliteEffects;
    case 'mysql':
      return (await import('./mysql.ts')).mysqlEffects;
    case 'firebird':
      return (await import('./firebird.ts')).firebirdEffects;
    case 'scratchbird':
      return () => [{ type: 'unreadable', message: 'the connection does not say which emulation its SQL is for.' }];
  }
}

/** More than this is data: its tree would take more memory than its verdict is worth. */
const MOST_PARSED = 1_000_000;
const INSERT = /^\s*insert\s+into\s+("?[\w.]+"?(?:\."?\w+"?)?)\s*(\()?/i;

function largeEffects(text: string): readonly SqlEffect[] | undefined {
  if (text.length <= MOST_PARSED) return undefined;
  const data = INSERT.exec(text);
  if (!data) return [{ type: 'unreadable', message: `it has ${text.length} characters.` }];
  return [{ type: 'insert', table: (data[1] ?? '').replaceAll('"', ''), hasColumns: data[2] !== undefined, from: [] }];
}
