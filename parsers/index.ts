// The face of parsers: the only way in.
export * from './load-sql-effects.ts';
export * from './sql-syntax.ts';
