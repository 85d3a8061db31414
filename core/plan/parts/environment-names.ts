import type { SeenFolder } from '../../model/found-parts.ts';
import { readDotenv } from '../../read/read-dotenv.ts';

/** `.env` and `.env.<anything>` at the top of the project. */
export const isEnvironmentFile = (path: string): boolean => /^\.env(?:\.[^/]+)?$/s.test(path);

/** The names of the variables in the environment files, each once; their values stay where they are. */
export function environmentNames({ texts }: SeenFolder): readonly string[] {
  const files = [...texts].filter(([path]) => isEnvironmentFile(path));
  return [...new Set(files.flatMap(([path, text]) => [...readDotenv(path, text).values.keys()]))];
}
