/** What the client tells the language server when it starts it. */
export interface LanguageServerOptions {
  /** Globs of folders that the workspace index leaves out. */
  readonly exclude: readonly string[];
  /** Whether problems are told of all documents of the workspace, or of open ones only; absent: of open ones. */
  readonly scope?: 'workspace' | 'open';
  /** The editor's commands that code lenses offer; absent where it has none. */
  readonly commands?: LensCommands;
}

/** Ids of commands, each of which takes a `LensPlace`. */
export interface LensCommands {
  readonly plan: string;
  readonly run: string;
  readonly dryRun: string;
  readonly migrationStatus: string;
}

/** The `data` of a completion item that stands for a script. */
export interface ScriptItem {
  /** Relative to the project, with `/`. */
  readonly script: string;
}

/** What a code lens is about. */
export interface LensPlace {
  /** Of the document. */
  readonly uri: string;
  /** Of a deploy config: the target that the lens stands above. */
  readonly target?: string;
}

/** What the editor asks the language server: where plan documents and deploy configs name files, or something in folders, which may be gone. The answer is a list of `Location`. */
export const usersRequest = 'srdeploy/usersOf';

export interface UsersParams {
  readonly uris: readonly string[];
}
