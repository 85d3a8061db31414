// The face of parsers: the only way in.
export * from './effects/sql-effects.ts';
export * from './load-sql-effects.ts';
export * from './sql-syntax.ts';
