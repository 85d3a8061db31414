import { window } from 'vscode';
import type { TargetChange } from '../../core/index.ts';
import type { Desk } from '../desk.ts';
import { saveFilesOf } from '../planning.ts';
import { changeTarget } from '../runner-process.ts';
import { tellError } from './tell-error.ts';

const done = { add: ['Added', 'to'], update: ['Changed', 'in'], remove: ['Removed', 'from'] } as const;

/** Changes the deploy config as `srdeploy target` does, and says what was done. True where it was. */
export async function changeTargetOf(desk: Desk, project: string, change: TargetChange): Promise<boolean> {
  await saveFilesOf(project);
  const reply = await changeTarget(desk.runner, { v: 1, project, change, by: desk.actor });
  const [verb, place] = done[change.type];
  if (reply.type === 'refused') {
    await tellError(desk, `The target ${change.id} was not ${verb.toLowerCase()}`, reply.error);
    return false;
  }
  if (reply.notMirrored !== undefined)
    desk.log.warn(`The history's table of targets was not brought up to date: ${reply.notMirrored}`);
  desk.targets.refresh();
  const where = reply.outcome === 'created' ? `${reply.file}, which was made` : reply.file;
  const said =
    reply.outcome === 'unchanged'
      ? `The target ${change.id} is in ${reply.file} already as it should be.`
      : `${verb} the target ${change.id} ${place} ${where}.`;
  const strict = reply.production ? ' It is PRODUCTION: every run on it needs its id typed.' : '';
  void window.showInformationMessage(`${said}${strict}`);
  return true;
}
