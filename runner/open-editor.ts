import { spawn } from 'node:child_process';

export type EditorEnd =
  | { readonly type: 'ended'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: 'not-started'; readonly message: string };

/** The editor that a person has chosen, with its arguments, as in `code --wait`; undefined where none is chosen. */
export const chosenEditor = (env: NodeJS.ProcessEnv): string | undefined =>
  [env.VISUAL, env.EDITOR].find((editor) => editor !== undefined && /\S/.test(editor));

/**
 * Opens a file in an editor, which has the terminal until it ends. A Ctrl-C in between is the editor's. With `output` 'error' what it
 * writes goes to standard error.
 */
export async function openEditor(editor: string, file: string, output: 'out' | 'error'): Promise<EditorEnd> {
  const stdio = ['inherit' as const, output === 'out' ? ('inherit' as const) : 2, 'inherit' as const];
  const child =
    process.platform === 'win32'
      ? spawn(`${editor} "${file}"`, { stdio, shell: true })
      : spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], { stdio });
  const leave = () => undefined;
  process.on('SIGINT', leave);
  try {
    return await new Promise<EditorEnd>((done) => {
      child.once('error', ({ message }) => done({ type: 'not-started', message }));
      child.once('close', (code, signal) => done({ type: 'ended', code, signal }));
    });
  } finally {
    process.off('SIGINT', leave);
  }
}
