// The face of parsers: the only way in.
export * from './sql-syntax.ts';
