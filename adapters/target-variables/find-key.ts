import type { Processes, Variables } from '../../core/index.ts';
import { runKeyCommand } from './key-command.ts';
import { projectKeyFile, readKeyFile } from './key-file.ts';
import { keyIn } from './key-text.ts';

/** Where a key comes from. */
export interface KeyPlace {
  readonly kind: 'variable' | 'file' | 'command' | 'project-file';
  /** The name of the variable, or the path of the file. */
  readonly name: string;
}

export type FoundKey =
  | { readonly type: 'key'; readonly key: Uint8Array; readonly place: KeyPlace }
  /** Nothing says where a key is, and the project has none of its own; `file` is where it would be. */
  | { readonly type: 'none'; readonly file: string }
  /** To go on with "it …". A place that is named and of no use is never passed over. */
  | { readonly type: 'bad'; readonly place: KeyPlace; readonly why: string };

export interface KeySources {
  /** Absolute path of the project. */
  readonly project: string;
  readonly processes: Pick<Processes, 'run'>;
  readonly variables: Pick<Variables, 'env'>;
}

/** The key that secrets are encrypted with: `SRDEPLOY_KEY`, `SRDEPLOY_KEY_FILE`, `SRDEPLOY_KEY_COMMAND`, else the project's own key file. */
export async function findKey(sources: KeySources): Promise<FoundKey> {
  const { env } = sources.variables;
  const [text, file, command] = [env('SRDEPLOY_KEY'), env('SRDEPLOY_KEY_FILE'), env('SRDEPLOY_KEY_COMMAND')];
  if (text !== undefined) return keyOf(text, { kind: 'variable', name: 'SRDEPLOY_KEY' });
  if (file !== undefined) {
    const place: KeyPlace = { kind: 'file', name: file };
    const read = await readKeyFile(file);
    return read.type === 'missing' ? { type: 'bad', place, why: 'does not exist' } : keyOfRead(read, place);
  }
  if (command !== undefined) {
    const ran = await runKeyCommand(command, sources.project, sources.processes);
    return keyOfRead(ran, { kind: 'command', name: 'SRDEPLOY_KEY_COMMAND' });
  }
  const own = await projectKeyFile(sources.project, sources.variables);
  const read = await readKeyFile(own);
  return read.type === 'missing' ? { type: 'none', file: own } : keyOfRead(read, { kind: 'project-file', name: own });
}

const keyOfRead = (
  read: { readonly type: 'text'; readonly text: string } | { readonly type: 'refused'; readonly why: string },
  place: KeyPlace,
): FoundKey => (read.type === 'refused' ? { type: 'bad', place, why: read.why } : keyOf(read.text, place));

function keyOf(text: string, place: KeyPlace): FoundKey {
  const key = keyIn(text);
  return key
    ? { type: 'key', key, place }
    : { type: 'bad', place, why: 'does not hold 32 bytes in base64 or hexadecimal' };
}
