export type ReadFile =
  | { readonly type: 'found'; readonly text: string }
  | { readonly type: 'missing' }
  | { readonly type: 'outside' }
  | { readonly type: 'not-a-file' }
  | { readonly type: 'unreadable'; readonly message: string };

/** The project's files. Paths are relative to the project with `/`; symbolic links are resolved and must stay inside it. */
export interface ProjectFiles {
  readText(path: string): Promise<ReadFile>;
  /** Bytes free for this user where the path is or would be. */
  freeBytes(path: string): Promise<number>;
  /** The absolute path of a project path; creates missing folders above it. */
  prepareForWriting(
    path: string,
  ): Promise<
    { readonly type: 'ready'; readonly absolute: string } | { readonly type: 'refused'; readonly message: string }
  >;
  /** Absolute path without touching anything. */
  absolute(path: string): string;
}
