import type { ProjectFiles, ReadFile } from '../../core/index.ts';

export interface FakeFiles extends ProjectFiles {
  /** Files by project path; a test may change them while the engine runs. */
  readonly contents: Map<string, string>;
  /** What a path answers instead of its contents. */
  readonly answers: Map<string, ReadFile>;
  /** Bytes free; 10¹² unless a test says otherwise. */
  free: number;
  /** Paths that were prepared for writing, in order. */
  readonly prepared: readonly string[];
}

const ROOT = '/project';

/** A project in memory, at `/project`. Folders are there when something is in them. */
export function fakeFiles(contents: Readonly<Record<string, string>> = {}): FakeFiles {
  const files = new Map(Object.entries(contents).map(([path, text]) => [normal(path) ?? path, text]));
  const answers = new Map<string, ReadFile>();
  const prepared: string[] = [];
  const isFolder = (path: string) => path === '' || [...files.keys()].some((file) => file.startsWith(`${path}/`));

  const fake: FakeFiles = {
    contents: files,
    answers,
    free: 1e12,
    prepared,
    readText: async (path) => {
      const inside = normal(path);
      if (inside === undefined) return { type: 'outside' };
      const answer = answers.get(inside);
      if (answer) return answer;
      const text = files.get(inside);
      if (text !== undefined) return { type: 'found', text: text.replace(/^\uFEFF/, '') };
      return isFolder(inside) ? { type: 'not-a-file' } : { type: 'missing' };
    },
    freeBytes: async () => fake.free,
    prepareForWriting: async (path) => {
      const inside = normal(path);
      if (inside === undefined) return { type: 'refused', message: `${path} is outside the project.` };
      prepared.push(inside);
      return { type: 'ready', absolute: `${ROOT}/${inside}` };
    },
    absolute: (path) => (path.startsWith('/') ? path : `${ROOT}/${normal(path) ?? path}`.replace(/\/$/, '')),
  };
  return fake;
}

/** The path without `.` and `..`; undefined where it leaves the project. */
function normal(path: string): string | undefined {
  if (path.startsWith('/') && path !== ROOT && !path.startsWith(`${ROOT}/`)) return undefined;
  const parts: string[] = [];
  for (const part of path.replace(/^\/project(\/|$)/, '').split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.join('/');
}
