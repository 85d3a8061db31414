import { join } from 'node:path';
import { storeFolder } from '../journal/store-layout.ts';

/** The log of who did what in a project. */
export const auditFile = (project: string): string => join(storeFolder(project), 'audit.jsonl');
/** Who appends to the log, and its newest entry: a versioned record in a folder of its own. */
export const auditKeeper = (project: string): string => join(storeFolder(project), 'state', 'audit');
