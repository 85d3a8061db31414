import type { Operation } from '../model/operation.ts';

/** What the database of an operation is called, for events; nothing where it is the target's own. */
export const databaseOf = (operation: Operation): { readonly database?: string } =>
  operation.type === 'migration' && operation.database !== undefined ? { database: operation.database } : {};
