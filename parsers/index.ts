// The face of parsers: the only way in.
export * from './load-sql-effects.ts';
export * from './objects/named-tables.ts';
export * from './objects/object-change.ts';
export * from './objects/object-changes.ts';
export * from './objects/statement-place.ts';
export * from './objects/written-name.ts';
export * from './sql-syntax.ts';
