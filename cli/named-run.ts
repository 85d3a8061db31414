import type { RunId } from '../core/index.ts';
import { namedRun } from '../runner/index.ts';
import { type Cli, type CommonOptions, expectOk, type Opened, openProject } from './context.ts';

/** The run that a command is about, in its project. */
export async function openRun(
  cli: Cli,
  word: string,
  options: CommonOptions,
  access: 'read' | 'act' = 'read',
): Promise<Opened & { readonly run: RunId }> {
  const opened = await openProject(cli, options, { access });
  return { ...opened, run: expectOk(await namedRun(opened.store, word)) };
}
