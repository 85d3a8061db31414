import type { Backend } from '../../model/connection.ts';
import type { DatabaseSigns } from '../../model/found-parts.ts';

/** How migrations of the proposed config reach their database. */
export type Reach =
  /** Through a SQLite file that is there. */
  | { readonly type: 'file'; readonly file: string }
  /** Through the address in a variable that the environment files name; the likeliest first. */
  | { readonly type: 'address'; readonly variables: readonly string[]; readonly backend: Backend | undefined }
  /** Through a connection that the reader has to fill in; `backend` undefined: nothing tells which. */
  | { readonly type: 'open'; readonly backend: Backend | undefined };

/** Certain is one SQLite file that nothing speaks against; else a variable with an address; else nothing. */
export function reachOf({ dialects, sqliteFiles, addresses }: DatabaseSigns): Reach {
  const [file, ...otherFiles] = sqliteFiles;
  const [dialect, ...otherDialects] = dialects;
  const speaksForFile = dialect === 'sqlite' || (dialect === undefined && addresses.length === 0);
  if (file !== undefined && otherFiles.length === 0 && otherDialects.length === 0 && speaksForFile)
    return { type: 'file', file };
  const backend = otherDialects.length === 0 ? dialect : undefined;
  return addresses.length > 0 ? { type: 'address', variables: addresses, backend } : { type: 'open', backend };
}
