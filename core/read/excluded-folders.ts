/** Names of folders that hold nothing an author wrote; neither plans nor scripts are looked for in them, wherever they are. */
export const excludedFolders: readonly string[] = ['node_modules', '.git', '.hg', '.svn', '.srdeploy', 'dist'];
