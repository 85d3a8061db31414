/** What the client tells the language server when it starts it. */
export interface LanguageServerOptions {
  /** Globs of folders that the workspace index leaves out. */
  readonly exclude: readonly string[];
}
