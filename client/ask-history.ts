import { existsSync } from 'node:fs';
import type { TextDocument } from 'vscode';
import type { TargetId } from '../core/index.ts';
import type { RecordedScript } from '../protocol/index.ts';
import { mayAct } from './may-act.ts';
import { projectOf } from './project-of.ts';
import { runsFolder } from './run-files.ts';
import type { Answers } from './serve-client.ts';

const TARGET = /"target_env"\s*:\s*\{[^{}]*?"id"\s*:\s*"([^"\\\n]+)"/;

/** What the project's own history says of scripts on the target of a plan. */
export interface ScriptHistory {
  /** Scripts that are not in it are not known. */
  readonly recorded: ReadonlyMap<string, RecordedScript>;
  /** The history says something of the target, if not of these scripts. */
  readonly knowsTarget: boolean;
}

interface Asking {
  readonly serve: Answers;
  readonly log: (text: string) => void;
}

/** The id of the target that a plan names, read from its text, half typed or not. */
export const targetIn = (document: TextDocument): string | undefined => TARGET.exec(document.getText())?.[1];

/** Asks the history of a plan's project; undefined where there is none or it may not be read, and where it cannot be, which is logged. */
export async function askHistory(
  { serve, log }: Asking,
  document: TextDocument,
  scripts: readonly string[],
): Promise<ScriptHistory | undefined> {
  const project = projectOf(document.uri.fsPath);
  const target = targetIn(document);
  const isThere =
    scripts.length > 0 && target !== undefined && mayAct() === undefined && existsSync(runsFolder(project));
  if (!isThere) return undefined;
  const answer = await serve.ask('recorded-scripts', { project, target: target as TargetId, scripts });
  if (answer.ok) {
    const { knowsTarget } = answer.reply;
    return { recorded: new Map(answer.reply.scripts.map((one) => [one.file, one])), knowsTarget };
  }
  log(`What the history says of the scripts in ${document.uri.fsPath} could not be read: ${answer.error.message}`);
  return undefined;
}
