import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The absolute path of a `file:` URI, with `/` and a lower-case drive letter, so that equal files have equal paths; undefined for every
 * other URI and for one that names no path here.
 */
export function pathOfUri(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri)
      .replaceAll('\\', '/')
      .replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
  } catch {
    // An encoded slash or the host of another machine: nothing that this process could look up.
    return undefined;
  }
}

/** The `file:` URI of an absolute path. */
export const uriOfPath = (path: string): string => pathToFileURL(path).href;
